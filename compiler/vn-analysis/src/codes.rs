//! Every code that the analysis emits, with its title: the one table that the pages are made from.

/// A word that names no field; the same code as for a word that begins no statement.
pub use vn_syntax::codes::UNKNOWN_WORD as UNKNOWN_ITEM;

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal;)*) => {
        $(#[doc = $title] pub const $name: &str = $code;)*

        /// Code and title, by code.
        pub const ALL: &[(&str, &str)] = &[$(($code, $title)),*];
    };
}

codes! {
    UNKNOWN_NAME = "VN0202", "a name that nothing has";
    DECLARED_TWICE = "VN0203", "a name that is declared twice";
    IMPORT_CIRCLE = "VN0204", "imports that go in a circle";
    UNUSED = "VN0205", "a declaration that nothing uses";
    AMBIGUOUS = "VN0206", "a name that more than one component has";
    NO_FILE = "VN0207", "a file that cannot be read";
    OUTSIDE = "VN0208", "a file outside the project";
    BAD_MANIFEST = "VN0209", "a `vn.toml` that cannot be followed";
    BAD_INVENTORY = "VN0211", "an inventory that does not read";
    FITS_NONE = "VN0212", "a selection of devices that fits none";
    EDITION = "VN0219", "an edition that does not exist";
    UNKNOWN_UNIT = "VN0301", "a unit that does not exist";
    WRONG_TYPE = "VN0302", "a value of the wrong type";
    MIXED_DIMENSIONS = "VN0303", "an operation on quantities that do not go together";
    NO_UNIT = "VN0304", "a quantity without a unit";
    OUT_OF_RANGE = "VN0305", "a value outside its range";
    MISSING_VALUE = "VN0306", "a value that must be given and is not";
    SELF_REFERENCE = "VN0307", "a value that depends on itself";
    NOT_LINEAR = "VN0308", "an objective that is not a weighted sum of metrics";
    CONTRADICTORY_RATES = "VN0309", "rates of exchange that contradict each other";
    MISSING_ARM = "VN0310", "a match that leaves out a value";
    UNREACHED_ARM = "VN0311", "an arm of a match that is never reached";
    NOT_PROVIDED = "VN0401", "something asked of a service that it does not provide";
    NEVER_RUNS = "VN0402", "a variant that can run on no device";
    NOWHERE = "VN0403", "a component that no device suits";
    NEVER_BETTER = "VN0404", "a variant that another one always beats";
    WRONG_ARCH = "VN0405", "an image for another architecture than the pinned device has";
    UNKNOWN_CAPABILITY = "VN0406", "a capability that no device has";
    CIRCLE = "VN0407", "components that need each other in a circle";
    BUDGET_IMPOSSIBLE = "VN0408", "a budget that no link can meet";
    NO_PATH = "VN0409", "sites that no link connects";
    LEFT_OUT = "VN0410", "a selection that leaves out what it needs";
    IDLE_OVERRIDE = "VN0411", "an override that changes nothing";
    NO_CONNECTION = "VN0412", "a connection that cannot be opened";
    MISPLACED = "VN0413", "a statement in a place where it means nothing";
    ASSUMED_LINK = "VN0414", "a site without a link: 1 ms is assumed";
    ARCHIVED = "VN0415", "software that is no longer maintained";
    NOBODY_WRITES = "VN0416", "a write to a service that has no truth";
    OVERRULED = "VN0417", "a clause without effect, because another one overrules it";
    IDLE_DEVICE = "VN0418", "a device that nothing can use";
    EXCLUDED_LICENCE = "VN0419", "a variant whose licence the policy excludes";
    RARELY_ON = "VN0420", "a truth on machines that are often off";
    SD_CARD = "VN0421", "a truth on an SD card";
    OLD_PRICE = "VN0422", "a price that is older than a year";
    EMPTY = "VN0430", "a part that holds nothing";
    NEVER_APPLIES = "VN0431", "a rule that can never apply";
    PER_DEVICE = "VN0432", "a rule about devices that sets something of the whole component";
    CONTRADICTION = "VN0433", "demands that exclude each other";
    PER_FLEET = "VN0434", "a policy that holds for the whole fleet";
    OVERRIDDEN = "VN0435", "a rule that is not used, because another line sets the same";
    NO_SPARE = "VN0501", "a failure that leaves no candidate device";
    TOO_FEW = "VN0502", "a demand for more devices or domains than there are";
    PLACEMENT_CONFLICT = "VN0504", "placements that exclude each other";
    WRITES_LOST = "VN0505", "writes that do not survive a failure";
    UNSUPPORTED = "VN0901", "a part of the language that is not supported yet";
}
