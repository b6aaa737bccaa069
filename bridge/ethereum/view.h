#pragma once

#include "bridge/ethereum/head_chain.h"
#include "bridge/ethereum/news.h"

#include "depinsat/link/link.h"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace depinsat::bridge::ethereum {

/// What a user station knows of the chain by its gateway's news: enough to answer its clients'
/// polls without the link.
///
/// Lifetimes  for good: chain id, network; with the head: its number, recent blocks, what
///            is_poll() tells, receipts of transactions that the station carried. Everything
///            else is not known here.
/// Old        nothing but the first is told once kMaxAge has passed without news.
/// Order      a head whose parent is not the one before is counted (a reorganisation, or blocks
///            that were skipped); blocks that it replaces are forgotten. The gateway tells
///            with it which receipts hold no more.
class View
{
public:
    static constexpr std::chrono::seconds kMaxAge{45};
    static constexpr size_t kMaxBlocks = 16, kMaxPolls = 64, kMaxReceipts = 4096;

    enum class Taken {
        kNew,      ///< a head, or what belongs to it
        kUnusable, ///< made against what this station does not have: all is to be sent anew
    };

    struct Stats {
        uint64_t heads = 0, reorganisations = 0, skipped = 0, unusable = 0;
        uint64_t local_answers = 0, remote_answers = 0;
        uint64_t false_receipts = 0; ///< whose proof is wrong
    };

    /// Takes news of the gateway; anything may be in them.
    Taken take_news(std::span<const uint8_t>, link::Time now);

    /// Remembers the answer to a call that went over the link.
    /// @param asked  heads() when it went out: an answer from before the head is not told
    ///               again.
    void take_answer(const std::string& call,
                     const std::string& result,
                     uint64_t asked,
                     link::Time now);

    /// Expects that news may tell of this receipt, ...
    void expect(Poll receipt);
    /// ... which the gateway is certain to do when it comes.
    void follow(Poll receipt);

    /// The result of a call, if it is known.
    std::optional<std::string> answer(const std::string& call, link::Time now);

    /// Whether the receipt was proven against the header of its block. A receipt whose proof is
    /// wrong is not taken at all.
    bool is_verified(const std::string& receipt_call) const;

    /// The receipt that was told to a followed call; null: none yet.
    Json told_receipt(const std::string& receipt_call) const;

    /// What the gateway said last of a receipt, at whatever head: null if there is none.
    /// @return nothing if it has not said a word of it, or a false one.
    std::optional<Json> last_word(const std::string& receipt_call) const;

    /// Tells no more of a receipt until the gateway says something of it again.
    void disbelieve(const std::string& receipt_call);

    HeadChain::Place place_of(uint64_t number, const Hash& block) const
    {
        return chain_.place_of(number, block);
    }
    bool has_block(const Json& hash) const;
    const std::deque<Json>& blocks() const { return blocks_; } ///< the latest last

    /// Forgets all but what holds for good, as when another gateway is used.
    void forget();

    uint64_t heads() const { return stats_.heads; }
    const Json& head() const { return head_; } ///< null before the first
    bool is_fresh(link::Time now) const { return !head_.is_null() && now < good_until_; }
    const Stats& stats() const { return stats_; }

private:
    struct Known {
        Poll poll;
        bool current = false;  ///< as of head_
        bool verified = false; ///< of receipts
        bool followed = false; ///< of receipts: the gateway tells when it comes
        bool told = false;     ///< of receipts: the gateway has said something of it
        bool receives = false; ///< of a code: its account took 21000 gas of a plain transfer

        bool is_receipt() const { return !poll.context.empty(); }
        bool is_open() const { return is_receipt() && poll.result == kNoResult; }
    };

    std::optional<std::string> block_answer(const Json& params, bool by_hash) const;
    std::optional<std::string> transfer_gas(const Json& call) const;
    bool is_known_chain(const Json& id) const;
    const Known* current(const std::string& call) const;
    void expect_companions(const Json& call, const std::string& result);
    void keep(Json head);
    Known& add(Poll);
    void take_result(Known&, const std::string& result);
    void take_receipt(Known&, const Json& result);
    void refuse(Known&);
    Known* find(const PollId&);

    Json head_;
    std::deque<Json> blocks_; ///< the latest last
    HeadChain chain_;
    std::map<std::string, Known> polls_;
    std::map<PollId, std::string> calls_;          ///< of polls_
    std::map<std::string, std::string> constants_; ///< results by call
    link::Time good_until_{};
    Stats stats_;
};

} // namespace depinsat::bridge::ethereum
