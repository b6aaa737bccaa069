#include "bridge/bitcoin/ingress.h"

#include "bridge/bitcoin/block_code.h"
#include "bridge/counters.h"
#include "bridge/messages.h"

#include <spdlog/spdlog.h>

#include <bit>
#include <utility>

/// What the gateway sends.
namespace depinsat::bridge::bitcoin {

void Ingress::refuse(const char* what)
{
    if (std::has_single_bit(++counters_.refused)) // ever more rarely: a gateway fills no disk
        spdlog::warn("bitcoin: the gateway sent {} ({} refused so far)", what,
                     counters_.refused);
}

/// @return whether it belongs to the chain; if something lacks, the gateway is asked for it.
bool Ingress::accept_header(const BlockHeader& header)
{
    switch (state_.chain.add(header, int64_t(unix_time()))) {
    case HeaderVerdict::kNew:
    case HeaderVerdict::kKnown:
        return true;
    case HeaderVerdict::kOrphan:
        subscribed_.reset(); // its locator brings the headers in between
        subscribe();
        return false;
    case HeaderVerdict::kInvalid:
        break;
    }
    refuse("a header without work, or of no chain");
    return false;
}

void Ingress::on_headers(std::span<const uint8_t> bytes)
{
    const auto headers = decode_run(bytes);
    if (!headers)
        return refuse("headers that make no sense");
    const Hash256 before = state_.chain.tip();
    for (const auto& header : *headers)
        if (!accept_header(header))
            return;
    if (state_.chain.tip() == before)
        return;
    for (auto& block : std::exchange(early_, {}))
        if (state_.chain.contains(hash_of(block->header)))
            keep(std::move(block));
    const std::vector<Hash256> locator{before};
    nodes_.announce_blocks(state_.chain.after(locator, {}, kMaxStationHeaders));
    if (headers->size() == kMaxStationHeaders) { // there may be more
        subscribed_.reset();
        subscribe();
    }
}

void Ingress::on_transactions(std::span<const uint8_t> bytes)
{
    const auto carried = decode_carried(bytes);
    if (!carried)
        return refuse("transactions that make no sense");
    book_->received(*carried);
    for (const auto& transaction : carried->transactions) {
        ++counters_.relayed;
        if (state_.pool.add(transaction))
            nodes_.announce_transaction(*transaction);
    }
}

void Ingress::on_block(std::span<const uint8_t> bytes)
{
    const auto body = joiners_[kBitcoinBlock].take(bytes);
    if (!body)
        return;
    const auto decoded = decode_coded(*body, book_->memory(), book_->epoch());
    if (decoded.fault == CodeFault::kMalformed)
        return refuse("a block that makes no sense");
    if (decoded.fault == CodeFault::kNone) {
        if (decoded.view)
            book_->rebuilt(*decoded.view, *decoded.block);
        return accept_block(decoded.block);
    }
    if (!decoded.view)
        return refuse("a block whose header is of other transactions");
    if (!accept_header(decoded.header))
        return;
    ++counters_.fallbacks;
    if (!decoded.other_epoch) { // else it is on its way to begin anew
        spdlog::info("bitcoin: the gateway remembers this link otherwise; beginning anew");
        begin_memory();
        subscribe();
    }
    request(hash_of(decoded.header), BlockForm::kCompact);
}

void Ingress::on_compact(std::span<const uint8_t> bytes)
{
    const auto body = joiners_[kBitcoinCompact].take(bytes);
    if (!body)
        return;
    auto compact = decode_compact(*body);
    if (!compact)
        return refuse("a compact block that makes no sense");
    if (!accept_header(compact->header) || state_.blocks.find(hash_of(compact->header)))
        return;
    assemble(CompactAssembly(std::move(*compact),
                             [this](const auto& take) { state_.pool.for_each(take); }));
}

/// Finishes a block whose transactions are all here, asks for the rest of another.
void Ingress::assemble(CompactAssembly assembly)
{
    const auto missing = assembly.missing();
    if (missing.indices.empty()) {
        Block block = assembly.block();
        if (check_body(block) == BlockFault::kNone)
            return accept_block(std::make_shared<const Block>(std::move(block)));
        return request(assembly.hash(), BlockForm::kAlone); // a short id of two transactions
    }
    link_.send(*gateway_, {link::Class::kBlock, kBitcoinTransactionsWanted, encode(missing)},
               std::chrono::seconds(60));
    if (assemblies_.size() >= kMaxAssemblies)
        assemblies_.pop_front();
    assemblies_.push_back(std::move(assembly));
}

void Ingress::on_block_transactions(std::span<const uint8_t> bytes)
{
    const auto body = joiners_[kBitcoinBlockTransactions].take(bytes);
    if (!body)
        return;
    const auto some = decode_block_transactions(*body);
    if (!some)
        return refuse("transactions of a block that make no sense");
    const auto place = std::ranges::find(assemblies_, some->block, &CompactAssembly::hash);
    if (place == assemblies_.end())
        return;
    CompactAssembly assembly = std::move(*place);
    assemblies_.erase(place);
    if (!assembly.add(*some))
        return refuse("other transactions of a block than it was asked for");
    assemble(std::move(assembly));
}

void Ingress::on_not_found(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    const Hash256 hash = in.hash();
    if (in.at_end())
        nodes_.not_found(hash);
}

/// Of the senders that the group lists; the link has verified which of them it is.
void Ingress::on_broadcast(const link::PublicKey& sender, std::span<const uint8_t> bytes)
{
    const auto body = broadcasts_[sender].take(bytes);
    if (!body)
        return;
    const auto decoded = decode_coded(*body, LinkMemory(), 0);
    if (!decoded.block || decoded.view)
        return refuse("a broadcast that is no block");
    ++counters_.broadcasts;
    accept_block(decoded.block);
    accept_early(); // nodes may have told the headers in between
}

/// @param block  whose body has been checked.
void Ingress::accept_block(BlockPtr block)
{
    const Hash256 before = state_.chain.tip();
    if (state_.blocks.find(hash_of(block->header)))
        return;
    if (!accept_header(block->header)) {
        if (early_.size() < kMaxEarly && !state_.chain.contains(block->header.previous))
            early_.push_back(std::move(block)); // until the headers in between are here
        return;
    }
    keep(std::move(block));
    accept_early();
    if (state_.chain.tip() == before)
        return; // was announced as a header, or is beside the best chain
    const std::vector<Hash256> locator{before};
    auto news = state_.chain.after(locator, {}, kMaxStationHeaders);
    if (news.empty()) // another branch became the best
        news.push_back(state_.chain.tip_header());
    nodes_.announce_blocks(news);
}

/// Blocks that overtook the one before them.
void Ingress::accept_early()
{
    for (auto& block : std::exchange(early_, {}))
        if (state_.chain.contains(block->header.previous))
            accept_block(std::move(block));
        else
            early_.push_back(std::move(block));
}

void Ingress::keep(BlockPtr block)
{
    ++counters_.blocks;
    state_.pool.confirm(*block);
    state_.blocks.add(block);
    nodes_.deliver(*block);
}

} // namespace depinsat::bridge::bitcoin
