#pragma once

#include "bridge/protocol.h"
#include "bridge/solana/request.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace depinsat::bridge::solana {

/// A gateway's way from the link to its nodes for transactions.
///
/// Handing over  to every node, at first as the client asked, then again each kLookTime,
/// without
///               preflight, until it is in a block or its blockhash is no longer valid. A node
///               that has it in a block says so, and executes nothing twice.
/// News          verdict, each change of its status, or that it has expired, to its station.
/// Journal       the link keeps it until it is final, refused or expired.
/// Bounds        kMax at once; further ones are refused.
class Delivery
{
public:
    static constexpr size_t kMax = 1024;

    /// @param upstreams  at least one.
    Delivery(const BridgeContext&, std::vector<config::Upstream> upstreams);

private:
    struct Job;
    using Shared = std::shared_ptr<Job>;
    using Answered = std::function<void(std::optional<std::string> result)>;

    void on_transaction(const link::PublicKey& peer,
                        const link::MessageKey& key,
                        std::span<const uint8_t>);
    void hand_over(const Shared&);
    void on_answer(const Shared&, const std::optional<std::string>& result);
    void look_later(const Shared&);
    void look(const Shared&);
    void look_for_status(const Shared&, bool valid);
    void end(const Shared&);
    void tell(const Job&, News);
    void refuse(const Shared&, const std::string& result);
    void post(const config::Upstream&, const std::string& call, Answered);

    asio::io_context& io_;
    LinkDriver& link_;
    HttpClient& http_;
    std::vector<config::Upstream> upstreams_;
    size_t active_ = 0;
};

} // namespace depinsat::bridge::solana
