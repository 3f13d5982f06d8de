//! The standard library: hardware profiles and service kinds as plain `.vn` text. `README.md` says
//! what an entry holds, `SOURCES.md` where its figures come from. It knows nothing of the compiler.

/// One text of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// What `use` calls it; the files of a folder share their module: `std.hardware`.
    pub module: &'static str,
    /// Its name in messages: `std/hardware/raspberry_pi.vn`.
    pub path: &'static str,
    /// The text.
    pub text: &'static str,
}

macro_rules! files {
    ($($folder:ident: [$($name:ident),* $(,)?]),* $(,)?) => {
        &[$($(File {
            module: concat!("std.", stringify!($folder)),
            path: concat!("std/", stringify!($folder), "/", stringify!($name), ".vn"),
            text: include_str!(concat!(
                "../", stringify!($folder), "/", stringify!($name), ".vn",
            )),
        }),*),*]
    };
}

/// All texts, by module and name.
pub const FILES: &[File] = files! {
    hardware: [
        apple, browser, desktop, google, hetzner, mini_pc, nvidia, raspberry_pi, retail, samsung,
    ],
    services: [cache, gateway, graph_db, llm, object_store, sync, vector_db],
};

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::FILES;

    #[test]
    fn every_file_of_the_folders_is_listed_in_order() {
        let mut found = Vec::new();
        for folder in ["hardware", "services"] {
            let at = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            for entry in std::fs::read_dir(at).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                found.push(format!("std/{folder}/{name}"));
            }
        }
        found.sort();
        let listed: Vec<_> = FILES.iter().map(|file| file.path).collect();
        assert_eq!(listed, found);
    }
}
