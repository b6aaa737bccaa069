#pragma once

#include "bridge/http_cache/edge.h"
#include "bridge/peer_queue.h"

#include <memory>
#include <vector>

namespace depinsat::bridge::http_cache {

/// A gateway's half of the cache of public content: one store for all its stations.
///
/// Fetches   what is not here, or no longer fresh; with the ETag or the date of what is here.
/// Answers   "unchanged" to a station whose content has the hash of that here.
/// Fairness  each station has its share.
class Egress
{
public:
    static constexpr size_t kStoreBytes = 64u << 20;

    /// @param upstreams  at least one.
    Egress(const BridgeContext&, std::vector<config::Upstream> upstreams);

private:
    struct Job {
        link::PublicKey peer{};
        uint32_t id = 0;
        Question question;
        link::Time deadline{};
        const config::Upstream* node = nullptr;

        std::string name() const { return name_of(question.service, question.target); }
    };
    using Shared = std::shared_ptr<Job>;

    void on_request(const link::PublicKey& peer, std::span<const uint8_t>);
    void start_next();
    void fetch(const Shared&);
    void on_fetched(const Job&, const HttpResult&);
    void answer_from(const Job&, const Store::Entry&);
    void answer(const Job&, const AnswerBody&);

    LinkDriver& link_;
    HttpClient& http_;
    Dictionaries& dictionaries_;
    BridgeCounters& counters_;
    const std::vector<config::Upstream> upstreams_;
    PeerQueue<Shared> waiting_;
    Store store_;
};

} // namespace depinsat::bridge::http_cache
