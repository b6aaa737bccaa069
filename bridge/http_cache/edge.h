#pragma once

#include "bridge/http_cache/fetch.h"
#include "bridge/http_cache/wire.h"
#include "bridge/http_server.h"
#include "bridge/ordinary.h"
#include "bridge/remote_calls.h"

#include <map>
#include <string>
#include <vector>

namespace depinsat::bridge::http_cache {

/// The user station's half of a cache of public content (RFC 9111, a shared cache).
///
/// Serves  GET alone, without Cookie and Authorization. What is fresh comes from memory, be the
///         link up or not; what is not is asked for at the server, while one serves on the
///         ordinary connection, else over the link, with the hash of the content that is here,
///         so that a body crosses it once.
/// Merges  clients that want the same at the same time; at most kMaxWaiting of them.
class Edge
{
public:
    static constexpr size_t kMaxWaiting = 256;

    /// @param ordinary  outlives this.
    Edge(const BridgeContext&, size_t cache_bytes, Ordinary& ordinary);

    void handle(const config::HttpBridge&, const HttpRequest&, const Respond&);
    nlohmann::json status() const;

private:
    struct Client {
        std::string tags; ///< If-None-Match
        Respond respond;
    };
    void ask(const config::HttpBridge&, const std::string& target);
    void on_fetched(const config::HttpBridge&,
                    const std::string& target,
                    link::Time deadline,
                    const HttpResult&);
    void by_satellite(const config::HttpBridge&,
                      const std::string& target,
                      std::chrono::milliseconds timeout);
    void on_answer(const config::HttpBridge&,
                   const std::string& target,
                   const link::PublicKey& gateway,
                   std::optional<CallFault>,
                   const std::string& body);
    void take(const std::string& name, const Unchanged&);
    void take(const std::string& name, const Fetched&);
    void fail_all(const std::string& name, unsigned status, const std::string& why);
    void respond_all(const std::string& name, const std::function<HttpReply(const Client&)>&);

    LinkDriver& link_;
    Dictionaries& dictionaries_;
    RemoteCalls calls_;
    Ordinary& ordinary_;
    Store store_;
    std::map<std::string, std::vector<Client>> waiting_; ///< by service and target
    uint64_t local_ = 0, validated_ = 0, bodies_ = 0, fetched_ = 0;
};

/// How web servers on the ordinary connection are judged: good is one that answers HEAD of the
/// upstream's URL with a status below 500.
UpstreamChoice::Checks checks();

/// "SERVICE TARGET"
std::string name_of(const std::string& service, const std::string& target);

/// The dictionaries of a service's bodies.
std::string dictionary_name(const std::string& service);

} // namespace depinsat::bridge::http_cache
