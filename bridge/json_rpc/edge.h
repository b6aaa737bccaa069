#pragma once

#include "bridge/json_rpc/answer_cache.h"
#include "bridge/json_rpc/text.h"
#include "bridge/json_rpc/wire.h"
#include "bridge/ordinary.h"
#include "bridge/remote_calls.h"

#include <functional>
#include <map>
#include <string>

namespace depinsat::bridge::json_rpc {

/// Whether a call that met this fault may go out again: only where it may run twice, and only
/// if waiting did not use up its time.
bool may_repeat(config::JsonRpcMethod::Replay, CallFault);

/// The key of a call of a service: BLAKE2b-256 of both.
link::MessageKey call_key(const std::string& service, const std::string& call);

/// The user station's half of JSON-RPC by a method table.
///
/// Ways        the ordinary connection while one of the service's nodes serves there, else the
///             link.
/// Never       goes out once; if its fate is not known, the client is told so.
/// Idempotent  those that are alike and under way are one; answered from memory as long as the
///             table says, be the link up or not; goes out again if its way was lost.
/// Keyed       a message in the journal whose key is the hash of service and call, and a
///             question after its verdict. Over the ordinary connection it is in the store
///             until it is answered, and becomes such a message if it is not.
class Edge
{
public:
    using Done = std::function<void(std::string result)>;

    static constexpr size_t kMaxMerged = 256; ///< clients that wait for one call

    struct Kinds {
        MessageKind request, answer, keyed;
    };

    /// @param cache_bytes  of answers that are kept.
    /// @param ordinary     outlives this.
    Edge(const BridgeContext&, Kinds, size_t cache_bytes, Ordinary& ordinary);

    /// Hands keyed calls to the link that an earlier run had on its way over the ordinary
    /// connection: whether a node has one is not known, and a node that has knows so.
    void resume(const std::vector<config::JsonRpcBridge>&);

    /// Answers a call; `done` is called once.
    void call(const config::JsonRpcBridge&, const Call&, Done done);

    /// Passes on what wants no answer.
    void notify(const config::JsonRpcBridge&, const Call&);

private:
    struct Job; ///< a call on its way

    void begin(const std::shared_ptr<Job>&);
    void by_ordinary(const std::shared_ptr<Job>&, UpstreamChoice& nodes);
    void on_ordinary(const std::shared_ptr<Job>&, const HttpResult&);
    void by_satellite(const std::shared_ptr<Job>&);
    void on_answer(const std::shared_ptr<Job>&, std::optional<CallFault>, const std::string&);
    void send_keyed(const std::shared_ptr<Job>&);
    void refuse_keyed(Job&, CallFault);
    Bytes keyed_message(const Job&) const;
    bool queue_keyed(const Job&);
    void keep(const Job&);
    void answer(Job&, const std::string& result);
    void finish(Job&, const std::string& result);
    Done merge(const std::string& question, Done done);

    asio::io_context& io_;
    LinkDriver& link_;
    link::Store& store_;
    Dictionaries& dictionaries_;
    Ordinary& ordinary_;
    Kinds kinds_;
    RemoteCalls calls_;
    AnswerCache cache_;
    std::map<std::string, std::vector<Done>> merged_;
    uint64_t cached_answers_ = 0, merged_calls_ = 0, unknown_fates_ = 0;
};

/// The dictionaries of a service's calls and results.
std::string dictionary_name(const std::string& service);

} // namespace depinsat::bridge::json_rpc
