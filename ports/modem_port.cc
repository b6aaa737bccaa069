#include "ports/modem_port.h"

#include "ports/cbor_map.h"

#include <array>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

namespace depinsat::ports {
namespace {

using framing::FrameSize;
using framing::StreamType;
using nlohmann::json;

template <class T, size_t N>
using Names = std::array<std::pair<std::string_view, T>, N>;

constexpr Names<FrameSize, 3> kFrameSizes{{{"normal", FrameSize::kNormal},
                                           {"medium", FrameSize::kMedium},
                                           {"short", FrameSize::kShort}}};
constexpr Names<StreamType, 4> kStreamTypes{{
    {"generic_packetised", StreamType::kGenericPacketised},
    {"generic_continuous", StreamType::kGenericContinuous},
    {"gse_hem", StreamType::kGseHem},
    {"transport", StreamType::kTransport},
}};
constexpr Names<SendOutcome, 3> kOutcomes{
    {{"sent", SendOutcome::kSent}, {"late", SendOutcome::kLate}, {"idle", SendOutcome::kIdle}}};
constexpr Names<FrameFailure, 5> kFailures{{{"none", FrameFailure::kNone},
                                            {"ldpc", FrameFailure::kLdpc},
                                            {"bch", FrameFailure::kBch},
                                            {"bbheader", FrameFailure::kBbheader},
                                            {"gap", FrameFailure::kGap}}};

template <class T, size_t N>
std::string_view name_of(const Names<T, N>& names, T value)
{
    for (const auto& [name, entry] : names)
        if (entry == value)
            return name;
    return {};
}

void put_format(json& map, const FrameFormat& format)
{
    map["modcod"] = format.modcod;
    map["frame_size"] = name_of(kFrameSizes, format.frame_size);
    map["pilots"] = format.pilots;
    map["isi"] = format.isi;
}

FrameFormat read_format(MapReader& reader)
{
    return {reader.text("modcod"), reader.choice("frame_size", kFrameSizes),
            reader.boolean("pilots"), uint8_t(reader.uint("isi", 255))};
}

void put_flags(json& map, const StreamFlags& flags)
{
    map["ccm"] = flags.ccm;
    map["single_stream"] = flags.single_stream;
    if (flags.issyi)
        map["issyi"] = true;
    if (flags.npd)
        map["npd"] = true;
    if (flags.upl_bits != 0 || flags.syncd != 0 || flags.sync != 0) { // GSE-HEM: no UPL
        map["upl_bits"] = flags.upl_bits;
        map["syncd"] = flags.syncd;
        map["sync"] = flags.sync;
    }
}

StreamFlags read_flags(MapReader& reader)
{
    StreamFlags flags;
    const auto boolean = [&](const char* key, bool& value) {
        if (reader.has(key))
            value = reader.boolean(key);
    };
    const auto number = [&](const char* key, auto& value) {
        using Value = std::remove_reference_t<decltype(value)>;
        if (reader.has(key))
            value = Value(reader.uint(key, std::numeric_limits<Value>::max()));
    };
    boolean("ccm", flags.ccm);
    boolean("single_stream", flags.single_stream);
    boolean("issyi", flags.issyi);
    boolean("npd", flags.npd);
    number("upl_bits", flags.upl_bits);
    number("syncd", flags.syncd);
    number("sync", flags.sync);
    return flags;
}

FrameCounts read_counts(MapReader& reader)
{
    MapReader frames(reader.map("frames"));
    const FrameCounts counts{frames.uint("sent"),   frames.uint("idle"),
                             frames.uint("late"),   frames.uint("received"),
                             frames.uint("failed"), frames.uint("dummy"),
                             frames.uint("dropped")};
    if (!frames.ok())
        reader.fail();
    return counts;
}

Ask read_ask(MapReader& reader)
{
    Ask ask{reader.uint("sequence"),
            reader.finite("needed_at"),
            uint32_t(reader.uint("max_airtime_us", UINT32_MAX)),
            {}};
    if (reader.has("sent_at"))
        ask.sent_at = reader.finite("sent_at");
    return ask;
}

} // namespace

Parts encode(const Ask& ask)
{
    json map{{"type", "ask"},
             {"sequence", ask.sequence},
             {"needed_at", ask.needed_at},
             {"max_airtime_us", ask.max_airtime_us}};
    if (ask.sent_at)
        map["sent_at"] = *ask.sent_at;
    return {encode_map(map), {}};
}

Parts encode(const Answer& answer)
{
    json map{{"type", "answer"},
             {"sequence", answer.sequence},
             {"idle", answer.idle},
             {"stream_type", name_of(kStreamTypes, answer.stream_type)}};
    put_format(map, answer.format);
    put_flags(map, answer.flags);
    return {encode_map(map), answer.data_field};
}

Parts encode(const Report& report)
{
    return {encode_map({{"type", "report"},
                        {"sequence", report.sequence},
                        {"outcome", name_of(kOutcomes, report.outcome)}}),
            {}};
}

Parts encode(const RxFrame& frame)
{
    json map{{"sequence", frame.sequence},
             {"snr_db", frame.snr_db},
             {"cfo_hz", frame.cfo_hz},
             {"iterations", frame.iterations},
             {"corrected", frame.corrected},
             {"time", frame.time},
             {"failure", name_of(kFailures, frame.failure)}};
    put_format(map, frame.format);
    map["stream_type"] = name_of(kStreamTypes, frame.stream_type);
    put_flags(map, frame.flags);
    return {encode_map(map), frame.data_field};
}

json to_json(const Telemetry& telemetry)
{
    const FrameCounts& f = telemetry.frames;
    return {{"locked", telemetry.locked},
            {"snr_db", telemetry.snr_db},
            {"cfo_hz", telemetry.cfo_hz},
            {"symbol_rate_error_ppm", telemetry.symbol_rate_error_ppm},
            {"modcod", telemetry.modcod},
            {"spectrum_inverted", telemetry.spectrum_inverted},
            {"gaps", telemetry.gaps},
            {"frames",
             {{"sent", f.sent},
              {"idle", f.idle},
              {"late", f.late},
              {"received", f.received},
              {"failed", f.failed},
              {"dummy", f.dummy},
              {"dropped", f.dropped}}},
            {"time", telemetry.time}};
}

Parts encode(const Telemetry& telemetry)
{
    const auto& points = telemetry.constellation;
    Parts parts{encode_map(to_json(telemetry)),
                std::vector<uint8_t>(points.size() * sizeof(Sample))};
    if (!points.empty())
        std::memcpy(parts.body.data(), points.data(), parts.body.size());
    return parts;
}

std::optional<std::variant<Ask, Report>> decode_from_modem(std::span<const uint8_t> map,
                                                           std::span<const uint8_t> body)
{
    const auto fields = decode_map(map);
    if (!fields || !body.empty())
        return std::nullopt;
    MapReader reader(*fields);
    const std::string type = reader.text("type");
    std::variant<Ask, Report> message;
    if (type == "ask")
        message = read_ask(reader);
    else if (type == "report")
        message = Report{reader.uint("sequence"), reader.choice("outcome", kOutcomes)};
    else
        reader.fail();
    if (!reader.ok())
        return std::nullopt;
    return message;
}

std::optional<Answer> decode_answer(std::span<const uint8_t> map, std::span<const uint8_t> body)
{
    const auto fields = decode_map(map);
    if (!fields || body.size() > kMaxDataFieldBytes)
        return std::nullopt;
    MapReader reader(*fields);
    if (reader.text("type") != "answer")
        reader.fail();
    Answer answer{reader.uint("sequence"),    reader.boolean("idle"),
                  read_format(reader),        reader.choice("stream_type", kStreamTypes),
                  {body.begin(), body.end()}, read_flags(reader)};
    if (!reader.ok() || answer.idle != body.empty())
        return std::nullopt;
    return answer;
}

std::optional<RxFrame> decode_rx_frame(std::span<const uint8_t> map,
                                       std::span<const uint8_t> body)
{
    const auto fields = decode_map(map);
    if (!fields || body.size() > kMaxDataFieldBytes)
        return std::nullopt;
    MapReader reader(*fields);
    RxFrame frame{reader.uint("sequence"),
                  read_format(reader),
                  reader.number("snr_db"),
                  reader.number("cfo_hz"),
                  uint32_t(reader.uint("iterations", UINT32_MAX)),
                  uint32_t(reader.uint("corrected", UINT32_MAX)),
                  reader.number("time"),
                  reader.choice("failure", kFailures),
                  {body.begin(), body.end()},
                  reader.has("stream_type") ? reader.choice("stream_type", kStreamTypes)
                                            : StreamType::kGenericContinuous,
                  read_flags(reader)};
    const bool failed = frame.failure != FrameFailure::kNone;
    if (!reader.ok() || (failed && !body.empty()))
        return std::nullopt;
    return frame;
}

std::optional<Telemetry> decode_telemetry(std::span<const uint8_t> map,
                                          std::span<const uint8_t> body)
{
    const auto fields = decode_map(map);
    if (!fields || body.size() % sizeof(Sample) != 0 ||
        body.size() > kMaxConstellationPoints * sizeof(Sample))
        return std::nullopt;
    MapReader reader(*fields);
    Telemetry telemetry{
        reader.boolean("locked"), reader.number("snr_db"),
        reader.number("cfo_hz"),  reader.number("symbol_rate_error_ppm"),
        reader.text("modcod"),    read_counts(reader),
        reader.number("time"),    std::vector<Sample>(body.size() / sizeof(Sample))};
    if (reader.has("spectrum_inverted"))
        telemetry.spectrum_inverted = reader.boolean("spectrum_inverted");
    if (reader.has("gaps"))
        telemetry.gaps = reader.uint("gaps");
    if (!reader.ok())
        return std::nullopt;
    if (!body.empty())
        std::memcpy(telemetry.constellation.data(), body.data(), body.size());
    return telemetry;
}

} // namespace depinsat::ports
