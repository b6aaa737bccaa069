#pragma once

#include "bridge/beacon/api.h"
#include "bridge/beacon/news.h"

#include <list>
#include <map>

namespace depinsat::bridge::beacon {

/// Replies that are answered again without asking the gateway, for as long as they hold.
///
/// Constants    a day.
/// Per epoch    while the head (without one: the clock) is in the epoch in which they were
///              asked for.
/// Duties       of proposers and attesters while their dependent root is that of the head's
///              chain: a reorganisation across it, and the next epoch, end them. Those whose
///              root no head can tell yet hold for the slot.
/// Sync duties  for their period, until a dependent root of the head changes within its epoch.
/// Bounds       kMaxReplies, kMaxBytes; those that were used longest ago make room.
class ReplyCache
{
public:
    static constexpr size_t kMaxReplies = 256;
    static constexpr size_t kMaxBytes = 8u << 20;

    /// Whether replies of this endpoint may be kept.
    static bool is_cacheable(Endpoint);

    /// The same for requests that have the same reply: sync duties of one period.
    static std::string key_of(const ApiRequest&, const Route&, const Chain&);

    /// @param head  the latest, if there is one.
    const ApiReply* find(const std::string& key,
                         const Route&,
                         const std::optional<Head>& head,
                         const Chain&,
                         UnixTime now);

    /// Keeps the reply to a request that succeeded.
    void add(const std::string& key,
             const Route&,
             const ApiReply&,
             const std::optional<Head>& head,
             const Chain&,
             UnixTime now);

    /// A new head.
    void on_head(const Head&, const Chain&);

private:
    struct Entry {
        ApiReply reply;
        UnixTime at;
        uint64_t epoch = 0;                   ///< of the head when it was asked for
        std::optional<Root> dependent_root{}; ///< of duties
        std::list<std::string>::iterator use{};
    };

    static bool holds(const Entry&,
                      const Route&,
                      const std::optional<Head>& head,
                      const Chain&,
                      UnixTime now);
    void drop(std::map<std::string, Entry>::iterator);

    std::map<std::string, Entry> entries_;
    std::list<std::string> uses_; ///< the latest first
    size_t bytes_ = 0;
    std::map<uint64_t, Root> dependents_; ///< by epoch: the last block before it
};

} // namespace depinsat::bridge::beacon
