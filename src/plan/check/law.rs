//! The laws by name.

use std::fmt;

use crate::ids::OrgName;
use crate::plan::request::StepId;
use crate::plan::step::Step;

/// A law; each is the end of a sentence that begins with the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Law {
    #[error("isn't numbered in order")]
    Numbered,
    #[error("goes back to an earlier phase")]
    Phases,
    #[error("goes back to an earlier wave")]
    Waves,
    #[error("goes with another wave than its org, and than any that needs it")]
    OwnWave,
    #[error("doesn't wait for the step before it in its org")]
    Waits,
    #[error("is about an org that the file doesn't list")]
    Listed,
    #[error("is about an org that this run isn't about")]
    Selected,
    #[error("creates an org that wasn't seen to be absent")]
    CreatesAbsent,
    #[error("creates another org than the file describes")]
    CreatesDescribed,
    #[error("creates an org twice")]
    CreatesOnce,
    #[error("creates an org that an earlier run may have created")]
    CreatesUnsent,
    #[error("grants a consent that no org of the run asks for")]
    ConsentAsked,
    #[error("grants a consent twice")]
    ConsentsOnce,
    #[error("links an org that is managed already")]
    LinksUnmanaged,
    #[error("links an org twice")]
    LinksOnce,
    #[error("links an org in another cell than the file says")]
    CellAsked,
    #[error("adds blindly to an org that could have been read")]
    AddsBlindlyToUnread,
    #[error("adds to an org that no step links")]
    AddsAfterLink,
    #[error("tolerates other products than the file does")]
    Tolerates,
    #[error("changes nothing")]
    ChangesSomething,
    #[error("changes an org that isn't managed")]
    ChangesManaged,
    #[error("takes the Aerial org out of service")]
    KeepsAerialOrg,
    #[error("changes a status that wasn't seen")]
    StatusSeen,
    #[error("changes a status that the file doesn't ask for")]
    StatusAsked,
    #[error("deletes an org that the file doesn't want deleted")]
    DeletionAsked,
    #[error("deletes an org that wasn't seen inactive")]
    DeletesInactive,
    #[error("deletes an org where that isn't offered")]
    DeletionOffered,
    #[error("deletes an org whose deletion may have been requested before")]
    DeletesOnce,
    #[error("starts from products that weren't seen")]
    ProductsSeen,
    #[error("changes products that the file leaves alone")]
    ProductsManaged,
    #[error("disables a product that the file lists")]
    DisablesUnlisted,
    #[error("disables an ignored product")]
    KeepsIgnored,
    #[error("disables a product of an additive org")]
    KeepsOfAdditive,
    #[error("enables a product that the file doesn't list")]
    EnablesListed,
    #[error("enables an ignored product")]
    LeavesIgnored,
    #[error("enables a product that isn't subscribed")]
    EnablesSubscribed,
    #[error("configures an org that isn't active, or was left out when it was reviewed")]
    ConfiguresActive,
    #[error("configures an object that the org's baseline doesn't list")]
    ConfiguresListed,
    #[error("configures an object that wasn't seen like this")]
    ConfiguresSeen,
    #[error("changes a field that the baseline doesn't list")]
    FieldsListed,
    #[error("starts from a field that wasn't seen like this")]
    FieldsSeen,
    #[error("doesn't show a field that it changes")]
    FieldsShown,
    #[error("leaves an object elsewhere than the baseline says")]
    PlacesHold,
    #[error("makes an object that comes from Okta")]
    MakesNoSystem,
    #[error("sends its request elsewhere than to its org")]
    Address,
    #[error("sends a body that lacks a product which isn't listed as disabled")]
    BodyKeeps,
    #[error("sends another body than it shows")]
    BodyShown,
}

impl Law {
    /// All of them.
    pub const ALL: [Self; 47] = [
        Self::Numbered,
        Self::Phases,
        Self::Waves,
        Self::OwnWave,
        Self::Waits,
        Self::Listed,
        Self::Selected,
        Self::CreatesAbsent,
        Self::CreatesDescribed,
        Self::CreatesOnce,
        Self::CreatesUnsent,
        Self::ConsentAsked,
        Self::ConsentsOnce,
        Self::LinksUnmanaged,
        Self::LinksOnce,
        Self::CellAsked,
        Self::AddsBlindlyToUnread,
        Self::AddsAfterLink,
        Self::Tolerates,
        Self::ChangesSomething,
        Self::ChangesManaged,
        Self::KeepsAerialOrg,
        Self::StatusSeen,
        Self::StatusAsked,
        Self::DeletionAsked,
        Self::DeletesInactive,
        Self::DeletionOffered,
        Self::DeletesOnce,
        Self::ProductsSeen,
        Self::ProductsManaged,
        Self::DisablesUnlisted,
        Self::KeepsIgnored,
        Self::KeepsOfAdditive,
        Self::EnablesListed,
        Self::LeavesIgnored,
        Self::EnablesSubscribed,
        Self::ConfiguresActive,
        Self::ConfiguresListed,
        Self::ConfiguresSeen,
        Self::FieldsListed,
        Self::FieldsSeen,
        Self::FieldsShown,
        Self::PlacesHold,
        Self::MakesNoSystem,
        Self::Address,
        Self::BodyKeeps,
        Self::BodyShown,
    ];
}

/// A law that a step breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub step: StepId,
    pub org: OrgName,
    pub law: Law,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} ({}): {}", self.step, self.org, self.law)
    }
}

impl Violation {
    /// A step breaks a law.
    pub(in crate::plan) fn of(step: &Step, law: Law) -> Self {
        Self {
            step: step.id,
            org: step.org.clone(),
            law,
        }
    }
}
