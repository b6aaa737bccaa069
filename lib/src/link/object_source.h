#pragma once

#include "depinsat/fec/raptorq_encoder.h"
#include "depinsat/link/wire_group.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

/// The symbols of one object, for its sender.
///
/// Cost  memory about 1.2 times the object from the first repair symbol on, none before.
class ObjectSource
{
public:
    /// @param bytes  of the object; they outlive this.
    ObjectSource(const ObjectItem& object, std::span<const uint8_t> bytes)
        : object_(object), bytes_(bytes)
    {}

    const ObjectItem& object() const { return object_; }

    /// Packets from this counter on hold its symbols.
    void begin(uint32_t first) { object_.first = first; }

    /// Writes the symbols of the packet with this counter, as many as there is room for.
    /// @return bytes; 0 if there is no room for one, or no further symbol.
    size_t write(uint32_t counter, std::span<uint8_t> out);

private:
    void write_symbol(uint32_t esi, std::span<uint8_t> out);
    void make_encoder();

    ObjectItem object_;
    std::span<const uint8_t> bytes_;
    std::optional<fec::RaptorQEncoder> encoder_;
};

} // namespace depinsat::link
