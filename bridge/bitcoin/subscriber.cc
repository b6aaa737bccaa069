#include "bridge/bitcoin/subscriber.h"

#include "bridge/bitcoin/block_code.h"
#include "bridge/bitcoin/compact.h"
#include "bridge/messages.h"

#include <sodium.h>

namespace depinsat::bridge::bitcoin {
namespace {

using namespace std::chrono_literals;

constexpr auto kBlockLifetime = 600s;
constexpr auto kTransactionLifetime = 60s;
constexpr auto kHeadersLifetime = 60s;
constexpr double kBurstSeconds = 2;
constexpr size_t kPushedKept = 32;

} // namespace

Subscriber::Subscriber(asio::io_context& io,
                       LinkDriver& link,
                       const NodeState& state,
                       const link::PublicKey& peer)
    : link_(link),
      state_(state),
      peer_(peer),
      book_(link, peer),
      turn_(io),
      allowance_(kBurstSeconds)
{}

void Subscriber::subscribe(const Subscription& wants)
{
    if (wants.epoch != book_.epoch()) {
        book_.begin(wants.epoch);
        pushed_.clear();
    }
    wants_ = wants;
    if (!wants_.transactions)
        queue_.clear();
    if (wants_.blocks)
        send_headers();
}

void Subscriber::send_headers()
{
    const auto headers = state_.chain.after(wants_.locator, {}, kMaxStationHeaders);
    if (!headers.empty())
        link_.send(peer_, {link::Class::kBlock, kBitcoinHeaders, encode_run(headers)},
                   kHeadersLifetime);
}

void Subscriber::relay(TransactionPtr transaction)
{
    if (!wants_.transactions || book_.memory().contains(transaction->wtxid) ||
        queue_.size() >= kMaxQueued)
        return;
    queue_.push_back(std::move(transaction));
    if (!turn_.runs())
        send_next();
}

bool Subscriber::may_send() const
{
    return allowance_.any() && *in_flight_ < kMaxInFlight && link_.peer_is_up(peer_);
}

void Subscriber::send_next()
{
    allowance_.refill(wants_.relay_bits_per_second, now());
    while (!queue_.empty() && may_send()) {
        const auto transaction = std::move(queue_.front());
        queue_.pop_front();
        const auto missing = [this](const Transaction& one) {
            return !book_.memory().contains(one.wtxid);
        };
        if (!missing(*transaction) || state_.pool.is_confirmed(transaction->txid))
            continue;
        const auto family = state_.pool.with_parents(transaction, missing);
        size_t bytes = 0;
        for (const auto& one : family)
            bytes += one->bytes.size();
        *in_flight_ += bytes;
        const auto done = [bytes, in_flight = in_flight_](bool) {
            *in_flight -= bytes;
        };
        if (book_.send(family, {link::Class::kBulk, kTransactionLifetime}, done) == 0)
            *in_flight_ -= bytes; // it comes with its block
        else
            allowance_.take(bytes);
    }
    if (!queue_.empty())
        turn_.start([this] { send_next(); });
}

void Subscriber::push(const Block& block)
{
    const Hash256 hash = hash_of(block.header);
    if (wants_.blocks && link_.peer_is_up(peer_) && !std::ranges::count(pushed_, hash))
        serve(block, BlockForm::kCoded);
}

void Subscriber::serve(const Block& block, BlockForm form)
{
    uint64_t nonce;
    randombytes_buf(&nonce, sizeof(nonce));
    const auto nothing = [](const Transaction&) {
        return false;
    };
    switch (form) {
    case BlockForm::kCoded:
        pushed_.push_back(hash_of(block.header));
        if (pushed_.size() > kPushedKept)
            pushed_.pop_front();
        return book_.send(block, kBlockLifetime);
    case BlockForm::kCompact:
        return book_.send_parts(kBitcoinCompact, encode(make_compact(block, nonce, nothing)),
                                kBlockLifetime);
    case BlockForm::kAlone:
        return book_.send_parts(kBitcoinBlock, encode_alone(block), kBlockLifetime);
    }
}

void Subscriber::not_found(const Hash256& block)
{
    link_.send(peer_, {link::Class::kBlock, kBitcoinNotFound, {block.begin(), block.end()}},
               kHeadersLifetime);
}

} // namespace depinsat::bridge::bitcoin
