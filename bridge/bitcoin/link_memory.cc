#include "bridge/bitcoin/link_memory.h"

namespace depinsat::bridge::bitcoin {
namespace {

uint32_t digest_of(std::span<const TransactionPtr> candidates)
{
    Bytes all;
    all.reserve(32 * candidates.size());
    for (const auto& transaction : candidates)
        all.insert(all.end(), transaction->wtxid.begin(), transaction->wtxid.end());
    return uint32_t(siphash(std::array<uint8_t, 16>{}, all));
}

bool in_gap(const std::vector<MemoryView::Gap>& gaps, uint32_t number)
{
    const auto after = std::ranges::upper_bound(gaps, number, {}, &MemoryView::Gap::first);
    return after != gaps.begin() && number - std::prev(after)->first < std::prev(after)->count;
}

} // namespace

void write(const MemoryView& view, Writer& out)
{
    out.compact_size(view.block_number).compact_size(view.unapplied);
    for (const auto& stream : view.streams) {
        out.compact_size(stream.end).compact_size(stream.end - stream.begin);
        out.compact_size(stream.gaps.size());
        uint32_t next = stream.begin;
        for (const auto& gap : stream.gaps) {
            out.compact_size(gap.first - next).compact_size(gap.count);
            next = gap.first + gap.count;
        }
    }
    out.u32(view.digest);
}

MemoryView read_view(Reader& in)
{
    const auto number = [&in](uint64_t max) {
        const uint64_t value = in.compact_size();
        if (value > max)
            in.fail();
        return uint32_t(in.ok() ? value : 0);
    };
    MemoryView view;
    view.block_number = number(0xFFFFFFFF);
    view.unapplied = in.compact_size();
    for (auto& stream : view.streams) {
        stream.end = number(0xFFFFFFFF);
        stream.begin = stream.end - number(std::min(stream.end, LinkMemory::kRemembered));
        const size_t gaps = in.count(2);
        uint32_t next = stream.begin;
        for (size_t i = 0; i < gaps && in.ok(); ++i) {
            const uint32_t first = next + number(stream.end - next);
            const uint32_t count = number(stream.end - first);
            stream.gaps.push_back({first, count});
            next = first + count;
        }
    }
    view.digest = in.u32();
    return view;
}

/// The oldest make room.
void LinkMemory::put(Stream& stream, uint32_t number, Slot slot)
{
    while (stream.end() <= number)
        stream.slots.emplace_back();
    known_.insert(slot.transaction->wtxid);
    stream.bytes += slot.transaction->bytes.size();
    stream.slots[number - stream.begin] = std::move(slot);
    while (stream.slots.size() > kRemembered + kSlack ||
           stream.bytes > kRememberedBytes + kSlackBytes) {
        if (const auto& old = stream.slots.front().transaction) {
            known_.erase(known_.find(old->wtxid));
            stream.bytes -= old->bytes.size();
        }
        stream.slots.pop_front();
        ++stream.begin;
    }
}

uint32_t LinkMemory::sending(TransactionPtr transaction)
{
    const uint32_t number = ours_.end();
    put(ours_, number, {std::move(transaction), false});
    return number;
}

void LinkMemory::acknowledged(uint32_t number)
{
    if (number >= ours_.begin && number < ours_.end())
        ours_.slots[number - ours_.begin].usable = true;
}

void LinkMemory::lost(uint32_t number)
{
    if (number < ours_.begin || number >= ours_.end())
        return;
    auto& transaction = ours_.slots[number - ours_.begin].transaction;
    if (!transaction)
        return;
    known_.erase(known_.find(transaction->wtxid));
    ours_.bytes -= transaction->bytes.size();
    transaction.reset();
}

void LinkMemory::received(uint16_t low_bits, TransactionPtr transaction)
{
    // The nearest number with these bits, and none before the first.
    const auto ahead = int16_t(low_bits - uint16_t(theirs_.end()));
    const int64_t number = int64_t(theirs_.end()) + ahead;
    const bool is_known = number < theirs_.end() && number >= theirs_.begin &&
                          theirs_.at(uint32_t(number)).transaction;
    if (number >= theirs_.begin && !is_known)
        put(theirs_, uint32_t(number), {std::move(transaction), true});
}

/// The latest numbers that a block may refer to.
MemoryView::Stream LinkMemory::seen(const Stream& stream)
{
    MemoryView::Stream seen{stream.end(), stream.end(), {}};
    for (size_t bytes = 0; seen.begin > stream.begin && seen.end - seen.begin < kRemembered;) {
        const Slot& slot = stream.at(seen.begin - 1);
        bytes += slot.transaction ? slot.transaction->bytes.size() : 0;
        if (bytes > kRememberedBytes)
            break;
        --seen.begin;
    }
    for (uint32_t n = seen.begin; n < seen.end; ++n) {
        if (stream.at(n).usable)
            continue;
        if (!seen.gaps.empty() && seen.gaps.back().first + seen.gaps.back().count == n)
            ++seen.gaps.back().count;
        else
            seen.gaps.push_back({n, 1});
    }
    return seen;
}

MemoryView LinkMemory::view() const
{
    MemoryView view;
    view.block_number = next_block_;
    for (const auto& block : blocks_) {
        const uint32_t back = next_block_ - 1 - block.block_number;
        if (back < kBlocks && !block.applied)
            view.unapplied |= uint64_t(1) << back;
    }
    view.streams = {seen(ours_), seen(theirs_)};
    collect(view, ours_, theirs_);
    view.digest = digest_of(view.candidates);
    return view;
}

bool LinkMemory::find(MemoryView& seen) const
{
    return collect(seen, theirs_, ours_) && digest_of(seen.candidates) == seen.digest;
}

bool LinkMemory::collect(MemoryView& view, const Stream& first, const Stream& second) const
{
    const auto applies = [&view](uint32_t block_number) {
        const uint32_t back = view.block_number - 1 - block_number;
        return back < kBlocks && !(view.unapplied >> back & 1);
    };
    const auto is_confirmed = [&](const Hash256& wtxid) {
        const auto blocks = confirmed_by_.find(wtxid);
        return blocks != confirmed_by_.end() && std::ranges::any_of(blocks->second, applies);
    };
    std::vector<TransactionPtr> confirmed;
    const std::array<const Stream*, 2> streams{&first, &second};
    for (size_t i = 0; i < streams.size(); ++i) {
        const auto& [begin, end, gaps] = view.streams[i];
        for (uint32_t n = begin; n < end; ++n) {
            if (in_gap(gaps, n))
                continue;
            if (n < streams[i]->begin || n >= streams[i]->end())
                return false;
            const auto& transaction = streams[i]->at(n).transaction;
            if (!transaction)
                return false;
            (is_confirmed(transaction->wtxid) ? confirmed : view.candidates)
                .push_back(transaction);
        }
    }
    view.unconfirmed = view.candidates.size();
    view.candidates.insert(view.candidates.end(), confirmed.begin(), confirmed.end());
    return true;
}

void LinkMemory::confirm(const MemoryView& view,
                         std::span<const TransactionPtr> block,
                         bool applied)
{
    const uint32_t number = view.block_number;
    Confirmed confirmed{number, applied, {}};
    for (const auto& transaction : block)
        if (contains(transaction->wtxid)) {
            confirmed.wtxids.push_back(transaction->wtxid);
            confirmed_by_[transaction->wtxid].push_back(number);
        }
    blocks_.push_back(std::move(confirmed));
    next_block_ = std::max(next_block_, number + 1);
    if (blocks_.size() > kBlocks)
        forget(blocks_.front());
}

/// The oldest block.
void LinkMemory::forget(const Confirmed& block)
{
    for (const Hash256& wtxid : block.wtxids) {
        const auto numbers = confirmed_by_.find(wtxid);
        std::erase(numbers->second, block.block_number);
        if (numbers->second.empty())
            confirmed_by_.erase(numbers);
    }
    blocks_.pop_front();
}

void LinkMemory::applied(uint32_t block_number)
{
    for (auto& block : blocks_)
        if (block.block_number == block_number)
            block.applied = true;
}

} // namespace depinsat::bridge::bitcoin
