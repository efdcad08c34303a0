//! Which bytes stand for which kind of step.

use std::ops::RangeInclusive;

use crate::kind::Kind;

/// The values of a step's first byte that stand for a kind: the more, the more often it comes up.
///
/// Inputs of fuzzers are kept for years, and mean what they mean by these ranges. A new kind gets the end of a range that can
/// spare it; none is moved.
const fn range(kind: Kind) -> RangeInclusive<u8> {
    match kind {
        Kind::CreateProject => 0..=5,
        Kind::RenameProject => 6..=9,
        Kind::DeleteProject => 10..=11,
        Kind::CreateThread => 12..=20,
        Kind::SelectThread => 21..=24,
        Kind::DeleteThread => 25..=27,
        Kind::StartTurn => 28..=60,
        Kind::InterruptTurn => 61..=67,
        Kind::ApprovePendingAction => 68..=80,
        Kind::RejectPendingAction => 81..=88,
        Kind::TextDelta => 89..=111,
        Kind::ThinkingDelta => 112..=124,
        Kind::ToolCall => 125..=150,
        Kind::ToolResult => 151..=165,
        Kind::AwaitingApproval => 166..=191,
        Kind::TurnComplete => 192..=205,
        Kind::Error => 206..=211,
        Kind::CreateCheckpoint => 212..=225,
        Kind::RestoreCheckpoint => 226..=232,
        Kind::CreateBranch => 233..=241,
        Kind::CommitChanges => 242..=249,
        Kind::PushBranch => 250..=255,
    }
}

/// The kind that each value of a byte stands for.
const KIND_OF_BYTE: [Kind; 256] = {
    let mut kinds = [None; 256];
    let mut index = 0;
    while index < Kind::COUNT {
        let kind = Kind::ALL[index];
        let (mut byte, end) = (*range(kind).start() as usize, *range(kind).end() as usize);
        while byte <= end {
            assert!(kinds[byte].is_none(), "no byte stands for two kinds");
            kinds[byte] = Some(kind);
            byte += 1;
        }
        index += 1;
    }
    let mut all = [Kind::CreateProject; 256];
    let mut byte = 0;
    while byte < all.len() {
        all[byte] = kinds[byte].expect("every byte stands for a kind");
        byte += 1;
    }
    all
};

/// The kind that a byte stands for: any byte stands for one.
pub(super) const fn kind_of(byte: u8) -> Kind {
    KIND_OF_BYTE[byte as usize]
}

/// The least byte that stands for a kind.
pub(super) const fn byte_of(kind: Kind) -> u8 {
    *range(kind).start()
}

/// How many of the 256 values of a byte stand for a kind.
pub(super) const fn share(kind: Kind) -> u8 {
    let range = range(kind);
    *range.end() - *range.start() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_byte_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(kind_of(byte_of(kind)), kind);
        }
    }

    #[test]
    fn the_shares_add_up_to_all_bytes() {
        assert_eq!(Kind::ALL.map(|kind| u32::from(share(kind))).iter().sum::<u32>(), 256);
    }
}
