#pragma once

#include "bridge/ethereum/news.h"
#include "bridge/ethereum/prover.h"
#include "bridge/protocol.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace depinsat::bridge::ethereum {

/// A gateway's watch over the head of its node's chain, for the user stations whose clients use
/// it: each new head is pushed to them, with what their clients poll.
///
/// Looks     four times a second, while a station has asked for anything in the last 75 s; the
///           same head is told again after 20 s.
/// Receipts  are asked for when their transaction stands in the head, when they were never
///           asked for, and when the head does not follow the one before: one that holds no
///           more is told as none.
/// Bounds    16 polls a station, each for 25 heads after it was asked for; the receipts of 4096
///           transactions, each told with 3 heads after it came, and watched for 256 more.
class Watch
{
public:
    /// @param node  the upstream that is looked at.
    Watch(const BridgeContext&, config::Upstream node);
    void start();

    /// The station has asked for something.
    void note(const link::PublicKey& peer);

    /// It was answered, and will ask again.
    void
    remember(const link::PublicKey& peer, const std::string& call, const std::string& result);

    /// It will ask for this, which was not asked for yet.
    void expect(const link::PublicKey& peer, const std::string& call);

    /// It waits for the receipt of a transaction that it sent.
    /// @param tell_none  also if there is none now: it may know of one that holds no more.
    void follow(const link::PublicKey& peer, Poll receipt, bool tell_none);

    /// It has lost the thread: all is sent anew.
    void restart(const link::PublicKey& peer);

private:
    static constexpr unsigned kReceiptHeads = 3, kSettledHeads = 256;

    struct Watched {
        Poll poll;
        unsigned heads_left = 0;
        bool looked_for = false; ///< of receipts
        bool owes_word = false;  ///< of receipts: something is to be told, whatever it is

        bool is_receipt() const { return !poll.context.empty(); }
        bool is_open() const { return is_receipt() && poll.result == kNoResult; }
        /// Of a receipt that was told often enough: only a change is worth a word.
        bool is_settled() const
        {
            return is_receipt() && !is_open() && heads_left <= kSettledHeads;
        }
    };
    struct Station {
        link::Time last_asked{}, last_told{};
        Json told; ///< the head that it has
        std::vector<Watched> polls, receipts;
        bool waits = false; ///< for something that no new head brings

        std::vector<Watched*> all();
    };
    struct Round;

    void look_later();
    void look();
    void on_head(const std::string& body);
    void ask(const std::shared_ptr<Round>&, const std::string& call);
    void prove(const std::shared_ptr<Round>&, const std::string& call, const Json& receipt);
    void end_one(const std::shared_ptr<Round>&);
    bool is_news(const std::string& call, const std::string& result) const;
    void tell_all(const Round&);
    void tell(const link::PublicKey& peer, Station&, const Round&);
    static std::vector<Watched*> worth_telling(Station&, const Round&);
    bool
    tell_some(const link::PublicKey& peer, Station&, const Round&, std::span<Watched* const>);
    bool is_due(const Station&, bool new_head) const;
    bool is_asked(const Watched&, const Round&) const;
    HttpCall call_of(const std::string& call) const;

    LinkDriver& link_;
    HttpClient& http_;
    config::Upstream node_;
    Prover prover_;
    asio::steady_timer timer_;
    std::map<link::PublicKey, Station> stations_;
    std::string last_body_;
    Json head_;
    bool looking_ = false;
};

} // namespace depinsat::bridge::ethereum
