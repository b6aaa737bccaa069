#pragma once

#include "bridge/beacon/json.h"

#include <list>
#include <map>

namespace depinsat::bridge::beacon {

/// Objects that both ends of a link hold, so that eight bytes of their hash stand for them:
/// attestation data, aggregates, contributions, blocks, KZG proofs, blobs, public
/// keys.
///
/// Bounds  kMaxObjects and kMaxBytes of text; those that were used longest ago make room.
class Known
{
public:
    static constexpr size_t kMaxObjects = 8192;
    static constexpr size_t kMaxBytes = 16u << 20;

    /// Whether the value is of a kind that is worth keeping.
    static bool is_worthwhile(const Json&);

    /// Keeps the value; nothing happens if it is there.
    void add(const Json&);

    /// The value itself, with its keys as they were when it was added.
    /// @return nothing if it is not held. Valid until the next add().
    const Json* find(const ShortHash&);

    /// The hash of a value that is held and says the same.
    std::optional<ShortHash> hash_of(const Json&);

    /// Blocks as SSZ, a few of the latest.
    static constexpr size_t kMaxBlocks = 4;
    void add_block(std::string bytes);
    const std::string* find_block(const ShortHash&) const;
    const std::list<std::string>& blocks() const { return blocks_; }

    size_t size() const { return objects_.size(); }

private:
    struct Object {
        Json json;
        size_t bytes;
        std::list<ShortHash>::iterator use;
    };

    void drop_oldest();

    std::map<ShortHash, Object> objects_;
    std::list<ShortHash> uses_;     ///< the latest first
    std::list<std::string> blocks_; ///< likewise
    size_t bytes_ = 0;
};

} // namespace depinsat::bridge::beacon
