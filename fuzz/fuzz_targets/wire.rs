//! Any bytes as what the server sends.
#![no_main]

use aerialctl::aerial::wire;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(orgs) = serde_json::from_slice::<Vec<wire::ServedOrg>>(data) {
        for org in orgs {
            if let Ok(org) = org.into_live() {
                assert!(!org.id.as_str().contains(['/', '.', '?']));
                assert!(!org.domain.as_str().chars().any(char::is_control));
            }
        }
    }
    if let Ok(products) = serde_json::from_slice(data) {
        let _ = wire::products(products);
    }
    let _ = serde_json::from_slice::<wire::ServedAccount>(data);
    let _ = serde_json::from_slice::<wire::ErrorBody>(data);
});
