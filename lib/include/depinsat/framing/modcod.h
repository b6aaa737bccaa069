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

/// What sets the FECFRAME of a VL-SNR MODCOD apart.
///
/// Standard  EN 302 307-2, clauses 5.3.2 and 5.5.2.5, tables 18a and 19.
struct VlSnr {
    unsigned header;          ///< index of its VL-SNR header, 0 to 11
    unsigned spreading;       ///< how often each bit is sent, one time behind the other: 1 or 2
    unsigned shortened;       ///< zeros in front of the BCH codeword, which are not sent
    unsigned puncture_period; ///< parity bits 0, period, 2 period ... are not sent
    unsigned punctured;       ///< until so many have been left out
};

/// One row of the MODCOD tables of DVB-S2 and DVB-S2X.
///
/// Standard  EN 302 307-1, tables 5, 11 and 12; EN 302 307-2, tables 5 and 17.
/// Names     `constellation`, `interleaver` and `fec_code` are keys of the tables of
///           modulation/ and fec/, so that framing knows neither.
struct Modcod {
    std::string_view name; ///< "qpsk_1-2", "8psk_3-4", "16apsk_2-3-l" ...
    FrameSize frame_size;
    std::string_view
        constellation; ///< "pi/2-BPSK" for VL-SNR only, "QPSK", "8PSK", "4+12APSK 3/4" ...
    std::string_view interleaver; ///< column read-out order, "012"; empty: none
    std::string_view fec_code;    ///< "s2_normal_1-2": LDPC code and its BCH code
    unsigned bits_per_symbol;
    unsigned k_bch;       ///< bits of a BBFRAME; a multiple of 8 but for medium frames
    unsigned n_bch;       ///< bits of a BCH codeword = information bits of the LDPC code, less
                          ///< those that VL-SNR shortens by
    unsigned n_ldpc;      ///< bits of a FECFRAME
    unsigned slots;       ///< 90-symbol slots of the XFECFRAME; VL-SNR: of the frame of that
                          ///< length with pilots
    uint8_t pls_code;     ///< as sent without pilots; + 1 with pilots, which VL-SNR always has
    double ideal_esn0_db; ///< quasi-error-free in AWGN; NaN where no source gives it
    const VlSnr* vlsnr = nullptr; ///< VL-SNR only

    /// Symbols that carry the FECFRAME. Bits that 128APSK lacks to a whole symbol are 0. Not of
    /// VL-SNR.
    size_t fecframe_symbols() const { return (n_ldpc + bits_per_symbol - 1) / bits_per_symbol; }

    /// Symbols of the XFECFRAME, whole slots; those behind the FECFRAME (12 of 128APSK) are
    /// filler. Not of VL-SNR.
    size_t xfecframe_symbols() const { return size_t(slots) * 90; }

    /// Bytes that a frame carries behind its BBHEADER.
    size_t data_field_bytes() const { return k_bch / 8 - 10; }
};

/// Every MODCOD but those of VL-SNR, in the order of the standard.
std::span<const Modcod> modcods();

/// Those of VL-SNR.
///
/// Standard  EN 302 307-2, tables 18a and 19a to 19d.
std::span<const Modcod> vlsnr_modcods();

/// The 896 bits of a VL-SNR header, packed.
/// @param index  0 to 15.
std::span<const uint8_t, 112> vlsnr_header_bits(unsigned index);

/// A row of modcods() or vlsnr_modcods(), which share no name of the same frame size.
/// @throws std::invalid_argument naming the allowed values if there is no such row.
const Modcod& find_modcod(std::string_view name, FrameSize);

/// As find_modcod().
/// @return nullptr if there is no such row.
const Modcod* look_up_modcod(std::string_view name, FrameSize);

/// @return nullptr for a dummy frame, for codes that are reserved, and for those of VL-SNR,
///         each of which stands for several MODCODs.
const Modcod* modcod_of_pls_code(uint8_t pls_code);

/// Whether any receiver of DVB-S2 knows it, and not S2X ones only.
constexpr bool is_of_dvb_s2(const Modcod& modcod)
{
    return modcod.pls_code < 128;
}

/// VL-SNR always has pilots.
constexpr bool can_be_sent(const Modcod& modcod, bool pilots)
{
    return pilots || !modcod.vlsnr;
}

/// Es/N0 in dB from which a frame is taken to be decoded in white noise, by an ideal receiver:
/// ideal_esn0_db, or for a short frame that has none that of the normal frame of the same name
/// and kShortFrameLossDb.
///
/// @return nothing where neither is known.
std::optional<double> required_es_n0_db(const Modcod&);
inline constexpr double kShortFrameLossDb = 0.3;

} // namespace depinsat::framing
