#pragma once

#include "depinsat/link/link.h"

#include <array>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace depinsat::bridge::json_rpc {

/// What became of keyed calls, and who waits to hear it.
///
/// Bounds  kMaxKept verdicts of kMaxKeptBytes together, of which the oldest make way; kMaxAsked
///         questions that wait.
class Verdicts
{
public:
    static constexpr size_t kMaxKept = 1024, kMaxKeptBytes = 4u << 20, kMaxAsked = 1024;

    /// The station and the beginning of the key.
    using Name = std::pair<link::PublicKey, std::array<uint8_t, 16>>;
    using Done = std::function<void(const std::string& result)>;

    static Name name_of(const link::PublicKey& peer, const link::MessageKey& key);

    /// `done` is called now, or when the verdict comes; never after `deadline`.
    /// @return false if too many wait.
    bool ask(const Name&, link::Time now, link::Time deadline, Done done);

    void put(const Name&, std::string result, link::Time now);

private:
    struct Question {
        link::Time deadline;
        Done done;
    };
    void forget_late(link::Time now);
    void drop_oldest();

    std::map<Name, std::string> kept_;
    std::list<Name> order_; ///< the oldest first
    size_t bytes_ = 0;
    std::multimap<Name, Question> asked_;
};

} // namespace depinsat::bridge::json_rpc
