#pragma once

#include "bridge/bitcoin/transaction.h"

#include <deque>
#include <unordered_map>
#include <unordered_set>

namespace depinsat::bridge::bitcoin {

/// What a coded block may refer to, as its sender describes it and its receiver finds it again.
struct MemoryView {
    /// A run of numbers that are left out.
    struct Gap {
        uint32_t first, count;
    };
    struct Stream {
        uint32_t begin = 0, end = 0; ///< the first number, and one past the last
        std::vector<Gap> gaps;
    };

    uint32_t block_number = 0;
    uint64_t unapplied = 0; ///< bit i: block_number - 1 - i may not have been rebuilt there
    std::array<Stream, 2> streams; ///< of the block's sender, of its receiver
    uint32_t digest = 0;           ///< of the candidates

    std::vector<TransactionPtr> candidates; ///< in order of their numbers, confirmed ones last
    size_t unconfirmed = 0;                 ///< how many come before those
};

void write(const MemoryView&, Writer&);
MemoryView read_view(Reader&);

/// The transactions that one link carried, either way, numbered by who sent them: both ends
/// remember the same, so that a block names them by position.
///
/// Bounds   a block refers to the last kRemembered numbers of each direction, as far as these
///          take no more than kRememberedBytes; kSlack numbers and kSlackBytes more are kept
///          for blocks that were coded a while ago.
/// Safety   a view says which numbers its sender knows to have arrived, and their digest: what
///          differs is noticed.
class LinkMemory
{
public:
    static constexpr uint32_t kRemembered = 16384, kSlack = 4096;
    static constexpr size_t kRememberedBytes = 8u << 20, kSlackBytes = 2u << 20;
    static constexpr uint32_t kBlocks = 64; ///< whose transactions are known as confirmed

    /// Whether the link carried it, either way, or is about to.
    bool contains(const Hash256& wtxid) const { return known_.contains(wtxid); }

    /// Our next transaction. @return its number.
    uint32_t sending(TransactionPtr);
    void acknowledged(uint32_t number);
    /// It did not arrive, or nobody knows: it may be sent again.
    void lost(uint32_t number);

    /// @param low_bits  of the number.
    void received(uint16_t low_bits, TransactionPtr);

    /// What the next block of ours may refer to.
    MemoryView view() const;

    /// What the other side's block refers to.
    /// @param seen  as read_view() has it; gets its candidates.
    /// @return false if this side remembers something else.
    bool find(MemoryView& seen) const;

    /// A block of the view's number was sent, or rebuilt: its transactions are confirmed.
    /// @param applied  whether the other side has rebuilt it.
    void confirm(const MemoryView&, std::span<const TransactionPtr> block, bool applied);
    void applied(uint32_t block_number);

private:
    struct Slot {
        TransactionPtr transaction; ///< null: not arrived
        bool usable = false;        ///< both sides have it
    };
    struct Stream {
        uint32_t begin = 0;
        std::deque<Slot> slots;
        size_t bytes = 0; ///< of their transactions
        uint32_t end() const { return begin + uint32_t(slots.size()); }
        const Slot& at(uint32_t number) const { return slots[number - begin]; }
    };
    struct Confirmed {
        uint32_t block_number;
        bool applied;
        std::vector<Hash256> wtxids;
    };

    void put(Stream&, uint32_t number, Slot);
    static MemoryView::Stream seen(const Stream&);
    void forget(const Confirmed&);
    bool collect(MemoryView&, const Stream& first, const Stream& second) const;

    Stream ours_, theirs_;
    std::unordered_multiset<Hash256, HashOfHash> known_;
    std::deque<Confirmed> blocks_;
    std::unordered_map<Hash256, std::vector<uint32_t>, HashOfHash>
        confirmed_by_; ///< the numbers of `blocks_` by what they hold
    uint32_t next_block_ = 0;
};

} // namespace depinsat::bridge::bitcoin
