#pragma once

#include "depinsat/link/link.h"
#include "group_keys.h"

#include <map>
#include <optional>
#include <vector>

namespace depinsat::link {

/// What a packet of symbols that is kept counts besides its bytes.
inline constexpr size_t kKeptPacketBytes = 160;

/// One object of a sender of a group until it is whole.
///
/// A packet is *verified* when a signed batch names its hash; a batch that covers a packet and
/// names another hash throws it away. As long as the object was never found wrong, packets that
/// are not verified are used, too: the signed digest tells whether the object is right. Once it
/// was wrong, verified ones alone are used.
class ObjectInbox
{
public:
    /// @return whether the packet was kept.
    bool add(uint32_t counter, std::span<const uint8_t> symbols, const PacketDigest&);

    /// The sender's own word; of the same object it may come often.
    void describe(const ObjectItem&);
    const std::optional<ObjectItem>& object() const { return object_; }

    /// A signed batch. @return packets thrown away.
    size_t verify(const BatchItem&);

    /// @return the object, if it is whole and right.
    std::optional<std::vector<uint8_t>> decode();

    size_t bytes() const { return bytes_; } ///< that count against the limit
    Time touched{};

private:
    struct Packet {
        std::vector<uint8_t> symbols;
        PacketDigest digest;
        bool verified = false;
    };
    using Packets = std::map<uint32_t, Packet>;

    size_t symbols_of(const Packet& packet) const
    {
        return packet.symbols.size() / object_->symbol_bytes;
    }
    Packets::iterator remove(Packets::iterator);
    bool usable(const Packet& packet) const { return packet.verified || !wrong_; }
    size_t usable_symbols() const;

    std::optional<ObjectItem> object_;
    Packets packets_;
    size_t bytes_ = 0, symbols_ = 0, verified_symbols_ = 0; ///< symbols: once described
    size_t tried_with_ = 0; ///< symbols that did not determine the object
    bool wrong_ = false;    ///< what unverified packets led to was not the object
};

} // namespace depinsat::link
