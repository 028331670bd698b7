//! The promises, one file each.

mod p1_dry_run_cannot_write;
mod p2_no_unreviewed_disable;
mod p3_additions_first;
mod p4_own_account;
mod p4_seen_to_hold;
mod p5_safe_to_run_again;
mod p6_hosts;
mod p6_secrets;
mod p7_text_is_data;
mod p8_ten_in_flight;
