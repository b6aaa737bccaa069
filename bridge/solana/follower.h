#pragma once

#include "bridge/asio.h"
#include "bridge/json_rpc/text.h"
#include "bridge/solana/request.h"
#include "bridge/solana/wire.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace depinsat::bridge::solana {

/// One transaction at the nodes that it is handed to, until it is final or can no longer be.
///
/// Handing over  to every node, at first as the client asked, then again each kLookTime,
///               without preflight, until it is in a block or its blockhash is no longer valid.
///               A node that has it in a block says so, and executes nothing twice.
/// News          verdict, each change of its status, or that it has expired; their mark is that
///               of `key`.
class Follower : public std::enable_shared_from_this<Follower>
{
public:
    using Answered = std::function<void(std::optional<std::string> result)>;

    struct Nodes {
        size_t count = 1;

        /// Calls a node; nothing if it gives no answer.
        std::function<void(size_t node, const std::string& call, Answered)> ask;
    };

    /// @param tell  gets the news.
    /// @param end   called once, last.
    Follower(asio::io_context&,
             Nodes nodes,
             const ReadSending&,
             std::function<void(const News&)> tell,
             std::function<void()> end);
    void start();

    /// Nothing is told and nothing is asked any more.
    void stop();

private:
    using Result = std::optional<std::string>;

    void hand_over();
    void on_verdict(const Result&);
    void look_later();
    void look();
    void look_for_status(bool valid);
    void on_status(const Result&, bool valid);
    void ask(const std::string& call, Answered);
    void tell(News);
    void finish();

    const Nodes nodes_;
    Sending sending_;
    const Transaction transaction_;
    std::function<void(const News&)> tell_;
    std::function<void()> end_; ///< null: it has ended
    asio::steady_timer timer_;
    std::chrono::steady_clock::time_point give_up_{};
    size_t missing_ = 0;  ///< answers to the handing over
    size_t node_ = 0;     ///< that is asked for the status
    bool taken_ = false;  ///< by a node
    std::string refusal_; ///< of a node
    std::optional<Status> status_;
};

} // namespace depinsat::bridge::solana
