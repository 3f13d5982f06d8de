//! With the feature `highs-static`, names the library of HiGHS to the linker; else does nothing.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=HIGHS_LIB_DIR");
    println!("cargo::rerun-if-env-changed=HIGHS_LINK");
    if std::env::var_os("CARGO_FEATURE_HIGHS_STATIC").is_none() {
        return;
    }
    let Ok(folder) = std::env::var("HIGHS_LIB_DIR") else {
        println!(
            "cargo::error=the feature `highs-static` needs HIGHS_LIB_DIR: the folder that holds libhighs.a or libhighs.so"
        );
        return;
    };
    let has = |name: &str| Path::new(&folder).join(name).is_file();
    println!("cargo::rustc-link-search=native={folder}");
    if has("libhighs.a") || has("highs.lib") {
        println!("cargo::rustc-link-lib=static=highs");
        // HiGHS is C++, and is often built to read compressed files.
        let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
        let rest = match target.as_str() {
            "macos" => "c++ z",
            "windows" => "",
            _ => "stdc++ z",
        };
        let rest = std::env::var("HIGHS_LINK").unwrap_or_else(|_| rest.to_owned());
        for library in rest.split_whitespace() {
            println!("cargo::rustc-link-lib=dylib={library}");
        }
    } else if ["libhighs.so", "libhighs.dylib"].into_iter().any(has) {
        println!("cargo::rustc-link-lib=dylib=highs");
    } else {
        println!("cargo::error=HIGHS_LIB_DIR={folder} holds neither libhighs.a nor libhighs.so");
    }
}
