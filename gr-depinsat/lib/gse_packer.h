#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace depinsat::blocks {

/// PDUs that wait for the next data field, and the data fields that they fill.
///
/// Bounded   kMaxPdus; more are refused.
class GsePacker
{
public:
    static constexpr size_t kMaxPdus = 256;

    GsePacker(size_t data_field_bytes, uint16_t protocol_type);

    /// @return false if the PDU is longer than a data field holds, or too many wait.
    bool add(std::vector<uint8_t> pdu);

    /// The next data field: as many whole PDUs as it holds, then zeros.
    /// @return false if no PDU waits.
    bool fill(std::span<uint8_t> data_field);

    size_t data_field_bytes() const { return data_field_bytes_; }

private:
    size_t data_field_bytes_;
    uint16_t protocol_type_;
    std::deque<std::vector<uint8_t>> pdus_;
};

} // namespace depinsat::blocks
