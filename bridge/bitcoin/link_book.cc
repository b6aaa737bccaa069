#include "bridge/bitcoin/link_book.h"

#include "bridge/bitcoin/block_code.h"
#include "bridge/messages.h"

namespace depinsat::bridge::bitcoin {

LinkBook::LinkBook(LinkDriver& link, const link::PublicKey& peer) : link_(link), peer_(peer) {}

void LinkBook::begin(uint32_t epoch)
{
    // What is still in flight belongs to the state before.
    state_ = std::make_shared<State>();
    state_->epoch = epoch;
}

size_t LinkBook::send(std::span<const TransactionPtr> transactions,
                      const Sending& sending,
                      std::function<void(bool arrived)> done)
{
    std::vector<uint32_t> numbers;
    for (const auto& transaction : transactions)
        numbers.push_back(state_->memory.sending(transaction));
    const Carried carried{uint8_t(state_->epoch),
                          uint16_t(numbers.front()),
                          {transactions.begin(), transactions.end()}};
    link::Message message{sending.message_class, kBitcoinTransactions, encode(carried)};
    if (sending.keyed)
        message.key = transactions.back()->wtxid;
    const size_t size = message.bytes.size();
    const auto finish = [state = state_, numbers, done = std::move(done)](bool arrived) {
        for (const uint32_t number : numbers)
            arrived ? state->memory.acknowledged(number) : state->memory.lost(number);
        if (done)
            done(arrived);
    };
    const bool queued = link_.send(
        peer_, std::move(message), sending.lifetime,
        [finish](link::Outcome outcome) { finish(outcome == link::Outcome::kDone); });
    if (queued)
        return size;
    for (const uint32_t number : numbers)
        state_->memory.lost(number);
    return 0;
}

void LinkBook::received(const Carried& carried)
{
    if (carried.epoch != uint8_t(state_->epoch))
        return; // of a memory that is gone
    uint16_t number = carried.first;
    for (const auto& transaction : carried.transactions)
        state_->memory.received(number++, transaction);
}

void LinkBook::send(const Block& block, std::chrono::milliseconds lifetime)
{
    const auto view = state_->memory.view();
    const Bytes coded = encode_for(view, state_->epoch, block);
    state_->memory.confirm(view, block.transactions, false);
    send_parts(kBitcoinBlock, coded, lifetime,
               [state = state_, number = view.block_number](bool arrived) {
                   if (arrived)
                       state->memory.applied(number);
               });
}

void LinkBook::send_parts(uint8_t kind,
                          std::span<const uint8_t> body,
                          std::chrono::milliseconds lifetime,
                          const std::function<void(bool arrived)>& done)
{
    struct Progress {
        size_t missing;
        bool lost = false;
    };
    auto parts = split(body, ++transfer_);
    const auto progress = std::make_shared<Progress>(Progress{parts.size()});
    const auto one_done = [progress, done](bool arrived) {
        progress->lost = progress->lost || !arrived;
        if (--progress->missing == 0 && done)
            done(!progress->lost);
    };
    for (auto& part : parts) {
        const bool queued = link_.send(
            peer_, {link::Class::kBlock, kind, std::move(part)}, lifetime,
            [one_done](link::Outcome outcome) { one_done(outcome == link::Outcome::kDone); });
        if (!queued)
            one_done(false);
    }
}

} // namespace depinsat::bridge::bitcoin
