#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace depinsat::framing {

enum class FrameSize : uint8_t { kNormal, kMedium, kShort };

/// "normal", "medium", "short".
std::string_view to_string(FrameSize);

/// One row of the MODCOD tables of DVB-S2 and DVB-S2X.
///
/// Standard  EN 302 307-1, tables 5, 11 and 12; EN 302 307-2, tables 5 and 17. Without VL-SNR.
/// Names     `constellation`, `interleaver` and `fec_code` are keys of the tables of
///           modulation/ and fec/, so that framing knows neither.
struct Modcod {
    std::string_view name; ///< "qpsk_1-2", "8psk_3-4", "16apsk_2-3-l" ...
    FrameSize frame_size;
    std::string_view constellation; ///< "QPSK", "8PSK", "4+12APSK 3/4" ...
    std::string_view interleaver;   ///< column read-out order, "012"; empty: none
    std::string_view fec_code;      ///< "s2_normal_1-2": LDPC code and its BCH code
    unsigned bits_per_symbol;
    unsigned k_bch;       ///< bits of a BBFRAME, a multiple of 8
    unsigned n_bch;       ///< bits of a BCH codeword = information bits of the LDPC code
    unsigned n_ldpc;      ///< bits of a FECFRAME
    unsigned slots;       ///< 90-symbol slots of the XFECFRAME
    uint8_t pls_code;     ///< as sent without pilots; + 1 with pilots
    double ideal_esn0_db; ///< quasi-error-free in AWGN; NaN where no source gives it

    /// Symbols that carry the FECFRAME. Bits that 128APSK lacks to a whole symbol are 0.
    size_t fecframe_symbols() const { return (n_ldpc + bits_per_symbol - 1) / bits_per_symbol; }

    /// Symbols of the XFECFRAME, whole slots; those behind the FECFRAME (12 of 128APSK) are
    /// filler.
    size_t xfecframe_symbols() const { return size_t(slots) * 90; }

    /// Bytes that a frame carries behind its BBHEADER.
    size_t data_field_bytes() const { return k_bch / 8 - 10; }
};

/// Every MODCOD whose whole chain is built, in the order of the standard.
std::span<const Modcod> modcods();

/// @throws std::invalid_argument naming the allowed values if there is no such row.
const Modcod& find_modcod(std::string_view name, FrameSize);

/// @return nullptr for a dummy frame and for codes that are reserved or not built.
const Modcod* modcod_of_pls_code(uint8_t pls_code);

/// Whether any receiver of DVB-S2 knows it, and not S2X ones only.
constexpr bool is_of_dvb_s2(const Modcod& modcod)
{
    return modcod.pls_code < 128;
}

/// Es/N0 in dB from which a frame is taken to be decoded in white noise, by an ideal receiver:
/// ideal_esn0_db, or for a short frame that has none that of the normal frame of the same name
/// and kShortFrameLossDb.
///
/// @return nothing where neither is known.
std::optional<double> required_es_n0_db(const Modcod&);
inline constexpr double kShortFrameLossDb = 0.3;

} // namespace depinsat::framing
