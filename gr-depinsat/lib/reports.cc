#include "reports.h"

#include "adapters.h"

#include <initializer_list>
#include <string>
#include <utility>

namespace depinsat::blocks {
namespace {

pmt::pmt_t dictionary(std::initializer_list<std::pair<const char*, pmt::pmt_t>> entries)
{
    pmt::pmt_t dict = pmt::make_dict();
    for (const auto& [key, value] : entries)
        dict = pmt::dict_add(dict, pmt::mp(key), value);
    return dict;
}

pmt::pmt_t text(std::string_view value)
{
    return pmt::mp(std::string(value));
}

uint64_t count_in(const pmt::pmt_t& dict, const char* key)
{
    const pmt::pmt_t value = pmt::dict_ref(dict, pmt::mp(key), pmt::PMT_NIL);
    return pmt::is_uint64(value) ? pmt::to_uint64(value) : 0;
}

} // namespace

pmt::pmt_t to_pmt(const FrameReport& report)
{
    const waveform::Dvbs2ReceivedFrame& frame = report.frame;
    return dictionary({
        {"sequence", pmt::from_uint64(frame.sequence)},
        {"first_sample", pmt::from_uint64(frame.first_sample)},
        {"bytes", pmt::from_uint64(report.bytes)},
        {"modcod", text(frame.modcod->name)},
        {"frame_size", text(framing::to_string(frame.modcod->frame_size))},
        {"pilots", pmt::from_bool(frame.pilots)},
        {"isi", pmt::from_uint64(frame.header.isi)},
        {"single_stream", pmt::from_bool(frame.header.single_stream)},
        {"ccm", pmt::from_bool(frame.header.ccm)},
        {"issyi", pmt::from_bool(frame.header.issyi)},
        {"npd", pmt::from_bool(frame.header.npd)},
        {"stream_type", text(name_of(frame.header.stream_type))},
        {"upl_bits", pmt::from_uint64(frame.header.upl_bits)},
        {"sync", pmt::from_uint64(frame.header.sync)},
        {"syncd", pmt::from_uint64(frame.header.syncd)},
        {"snr_db", pmt::from_double(frame.snr_db)},
        {"cfo_hz", pmt::from_double(frame.cfo_hz)},
        {"iterations", pmt::from_uint64(frame.iterations)},
        {"corrected", pmt::from_uint64(frame.corrected)},
        {"failure", text(name_of(frame.failure))},
    });
}

pmt::pmt_t to_pmt(const waveform::Dvbs2FrameReceiver& receiver)
{
    const waveform::Dvbs2ReceiverStats& stats = receiver.stats();
    const auto points = receiver.constellation();
    return dictionary({
        {"locked", pmt::from_bool(stats.locked)},
        {"snr_db", pmt::from_double(stats.snr_db)},
        {"cfo_hz", pmt::from_double(stats.cfo_hz)},
        {"symbol_rate_error_ppm", pmt::from_double(stats.symbol_rate_error_ppm)},
        {"received", pmt::from_uint64(stats.frames)},
        {"failed", pmt::from_uint64(stats.failed_frames)},
        {"dummy", pmt::from_uint64(stats.dummy_frames)},
        {"lock_losses", pmt::from_uint64(stats.lock_losses)},
        {"gaps", pmt::from_uint64(stats.gaps)},
        {"spectrum_inverted", pmt::from_bool(stats.spectrum_inverted)},
        {"constellation", pmt::init_c32vector(points.size(), points.data())},
    });
}

pmt::pmt_t to_pmt(const ModemTxClient::Counts& counts)
{
    return dictionary({
        {"sent", pmt::from_uint64(counts.sent)},
        {"idle", pmt::from_uint64(counts.idle)},
        {"late", pmt::from_uint64(counts.late)},
        {"refused", pmt::from_uint64(counts.refused)},
    });
}

ModemTxClient::Counts to_counts(const pmt::pmt_t& dict)
{
    if (!pmt::is_dict(dict))
        return {};
    return {count_in(dict, "sent"), count_in(dict, "idle"), count_in(dict, "late"),
            count_in(dict, "refused")};
}

bool TelemetryPace::passed()
{
    const auto now = std::chrono::steady_clock::now();
    if (now < due_)
        return false;
    due_ = now + std::chrono::milliseconds(100);
    return true;
}

double unix_time()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

} // namespace depinsat::blocks
