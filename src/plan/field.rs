//! A product in an org, as a field of the matrix.

/// How a product stands in an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Enabled, and the file wants it; without a file, just enabled.
    Enabled,
    /// Enabled, and the file neither lists it nor wants it gone.
    LeftAlone,
    /// Enabled, and handled elsewhere.
    Ignored,
    /// Enabled, and to be disabled.
    Unwanted,
    /// Not enabled, and to be enabled.
    Missing,
    /// Not enabled.
    Off,
    /// The org's products weren't read.
    Unknown,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Enabled,
        Self::LeftAlone,
        Self::Ignored,
        Self::Unwanted,
        Self::Missing,
        Self::Off,
        Self::Unknown,
    ];

    /// Whether the org has the product; `None` where nobody looked.
    #[must_use]
    pub fn enabled(self) -> Option<bool> {
        match self {
            Self::Enabled | Self::LeftAlone | Self::Ignored | Self::Unwanted => Some(true),
            Self::Missing | Self::Off => Some(false),
            Self::Unknown => None,
        }
    }

    /// Whether the account differs from the file here.
    #[must_use]
    pub fn differs(self) -> bool {
        matches!(self, Self::Unwanted | Self::Missing)
    }
}
