//! The files that the page loads.

use std::io::Read as _;

use flate2::read::GzDecoder;

/// A file that the page loads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Asset {
    /// Its name, e.g. `app.js`.
    pub name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content, compressed (`gzip`, RFC 1952).
    pub gzip: &'static [u8],
}

/// Every file that the page loads. Behind an API gateway each costs an invocation, so they are few.
pub static ASSETS: [Asset; 3] = [
    Asset {
        name: "app.js",
        content_type: "text/javascript; charset=utf-8",
        gzip: include_bytes!("../dist/app.js.gz"),
    },
    Asset {
        name: "app.css",
        content_type: "text/css; charset=utf-8",
        gzip: include_bytes!("../dist/app.css.gz"),
    },
    Asset {
        name: "icon.svg",
        content_type: "image/svg+xml",
        gzip: include_bytes!("../dist/icon.svg.gz"),
    },
];

impl Asset {
    /// The asset of this name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ASSETS.iter().find(|asset| asset.name == name)
    }

    /// The content as it is, for a client that takes no compressed one.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let mut content = Vec::new();
        GzDecoder::new(self.gzip)
            .read_to_end(&mut content)
            .expect("a test reads every asset of the bundle");
        content
    }

    /// What changes with the content: the checksum and the length of it, which end a gzip file (RFC
    /// 1952, section 2.3.1).
    #[must_use]
    pub fn version(&self) -> String {
        let end = &self.gzip[self.gzip.len().saturating_sub(8)..];
        end.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compressed_assets_match_the_plain_files() {
        let plain: [&[u8]; 3] = [
            include_bytes!("../dist/app.js"),
            include_bytes!("../dist/app.css"),
            include_bytes!("../dist/icon.svg"),
        ];
        for (asset, plain) in ASSETS.iter().zip(plain) {
            assert!(asset.content() == plain, "{}", asset.name);
            assert_eq!(asset.version().len(), 16, "{}", asset.name);
        }
    }

    #[test]
    fn assets_are_found_by_name() {
        assert_eq!(Asset::named("app.js").map(|asset| asset.name), Some("app.js"));
        for name in ["", "app.js.gz", "../Cargo.toml", "APP.JS"] {
            assert_eq!(Asset::named(name), None, "{name}");
        }
    }
}
