#pragma once

#include <gnuradio/dtv/dvb_config.h>

#include <optional>
#include <string_view>
#include <utility>

namespace depinsat::test {

/// What gr-dtv calls a code, and what it leaves out when it sends it: codes of VL-SNR are
/// shortened and punctured (EN 302 307-2, clause 5.5.2.6).
struct GrDtvCode {
    gr::dtv::dvb_framesize_t frame;
    gr::dtv::dvb_code_rate_t rate;
    unsigned zeros_before = 0;    ///< of the message: known and not sent
    unsigned puncture_period = 0; ///< every such parity bit from the first on is left out ...
    unsigned punctured = 0;       ///< ... until so many are
};

/// @param code  as fec::find_ldpc_code() knows it.
/// @return      nothing if gr-dtv does not have it.
inline std::optional<GrDtvCode> gr_dtv_code(std::string_view code)
{
    using namespace gr::dtv;
    constexpr std::pair<std::string_view, dvb_code_rate_t> kRates[] = {
        {"1-4", C1_4},         {"1-3", C1_3},         {"2-5", C2_5},
        {"1-2", C1_2},         {"3-5", C3_5},         {"2-3", C2_3},
        {"3-4", C3_4},         {"4-5", C4_5},         {"5-6", C5_6},
        {"8-9", C8_9},         {"9-10", C9_10},       {"13-45", C13_45},
        {"9-20", C9_20},       {"90-180", C90_180},   {"96-180", C96_180},
        {"11-20", C11_20},     {"100-180", C100_180}, {"104-180", C104_180},
        {"26-45", C26_45},     {"18-30", C18_30},     {"28-45", C28_45},
        {"23-36", C23_36},     {"116-180", C116_180}, {"20-30", C20_30},
        {"124-180", C124_180}, {"25-36", C25_36},     {"128-180", C128_180},
        {"13-18", C13_18},     {"132-180", C132_180}, {"22-30", C22_30},
        {"135-180", C135_180}, {"140-180", C140_180}, {"7-9", C7_9},
        {"154-180", C154_180}, {"11-45", C11_45},     {"4-15", C4_15},
        {"14-45", C14_45},     {"7-15", C7_15},       {"8-15", C8_15},
        {"32-45", C32_45}};
    constexpr std::pair<std::string_view, GrDtvCode> kVlSnr[] = {
        {"s2x_normal_2-9", {FECFRAME_NORMAL, C2_9_VLSNR, 0, 15, 3240}},
        {"s2x_medium_1-5", {FECFRAME_MEDIUM, C1_5_MEDIUM, 640, 25, 980}},
        {"s2x_medium_11-45", {FECFRAME_MEDIUM, C11_45_MEDIUM, 0, 15, 1620}},
        {"s2x_medium_1-3", {FECFRAME_MEDIUM, C1_3_MEDIUM, 0, 13, 1620}}};
    for (const auto& [name, found] : kVlSnr)
        if (name == code)
            return found;
    const auto frame = code.find("_short_") != code.npos ? FECFRAME_SHORT : FECFRAME_NORMAL;
    const auto rate = code.substr(code.rfind('_') + 1);
    for (const auto& [name, found] : kRates)
        if (name == rate)
            return GrDtvCode{frame, found};
    return std::nullopt;
}

} // namespace depinsat::test
