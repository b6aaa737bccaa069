#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace depinsat::framing {

inline constexpr size_t kBbHeaderBytes = 10;

/// TS/GS field of MATYPE-1; values as on the wire.
enum class StreamType : uint8_t {
    kGenericPacketised = 0,
    kGenericContinuous = 1,
    kGseHem = 2,
    kTransport = 3,
};

/// Fields of a BBHEADER.
///
/// Standard  EN 302 307-1, clause 5.1.6.
/// GSE-HEM   (high efficiency mode of S2X): as dvb-gse of D. Estevez has it, with its vectors;
/// not
///           compared with the text of EN 302 307-2. UPL and SYNC make way for ISSY, whose
///           first two bytes are then upl_bits and whose last is sync (0 without issyi); the
///           CRC-8 is XORed with 1.
struct BbHeader {
    StreamType stream_type = StreamType::kGenericContinuous;
    bool single_stream = true; ///< SIS
    bool ccm = true;           ///< CCM, not ACM or VCM
    bool issyi = false;
    bool npd = false;         ///< null-packet deletion; GSE-Lite for GSE
    uint8_t rolloff_code = 2; ///< RO: framing/rolloff.h
    uint8_t isi = 0;          ///< MATYPE-2: input stream identifier
    uint16_t upl_bits = 0;
    uint16_t data_field_bits = 0; ///< DFL
    uint8_t sync = 0;
    uint16_t syncd = 0;

    friend bool operator==(const BbHeader&, const BbHeader&) = default;
};

/// The ten bytes with their CRC-8.
std::array<uint8_t, kBbHeaderBytes> encode_bbheader(const BbHeader&);

/// @return nothing if the CRC-8 is wrong.
std::optional<BbHeader> decode_bbheader(std::span<const uint8_t, kBbHeaderBytes>);

} // namespace depinsat::framing
