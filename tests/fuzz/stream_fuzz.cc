// Data fields of transport streams and of GSE-HEM, as they come off the air, and streams of
// bytes on their way there. A data field is a byte that says what its BBHEADER does, two of
// SYNCD, two of length, and its bytes.
#include "depinsat/framing/gse_hem.h"
#include "depinsat/framing/transport_stream.h"

#include <algorithm>
#include <cstdlib>

using namespace depinsat::framing;

namespace {

using Bytes = std::span<const uint8_t>;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

struct Deframers {
    void parse(uint8_t what, uint16_t syncd, Bytes data_field)
    {
        BbHeader header;
        header.stream_type = what & 1 ? StreamType::kTransport : StreamType::kGseHem;
        header.issyi = what & 2;
        header.npd = what & 4;
        header.upl_bits = what & 8 ? 0 : kTsUplBits;
        header.sync = kTsSync;
        header.syncd = syncd;
        header.data_field_bits = uint16_t(8 * data_field.size());
        in += data_field.size();
        ts.parse(header, data_field, [&](TsDeframer::Packet packet) {
            require(packet[0] == kTsSync);
            out += packet.size();
        });
        hem.parse(header, data_field, [&](Bytes packet) {
            require(packet.size() >= 2 && packet.size() <= kGseMaxPacketBytes);
            require(packet.size() == 2 + size_t((packet[0] & 0x0F) << 8 | packet[1]));
            out += packet.size();
        });
        if (what & 16) {
            ts.lost();
            hem.lost();
        }
        require(out <= in);
    }

    TsDeframer ts;
    GseHemDeframer hem;
    size_t in = 0, out = 0; // bytes; of either stream
};

void take_apart(Bytes input)
{
    Deframers deframers;
    while (input.size() >= 5) {
        const size_t wanted = size_t(input[3] & 0x1F) << 8 | input[4]; // at most 8191
        const auto data_field = input.subspan(5, std::min(wanted, input.size() - 5));
        deframers.parse(input[0], uint16_t(input[1] << 8 | input[2]), data_field);
        input = input.subspan(5 + data_field.size());
    }
}

/// What is taken for packets comes back as it was, but for the last one, whose CRC is to come.
void there_and_back(Bytes input)
{
    TsFramer framer;
    for (Bytes rest = input; !rest.empty();) {
        const size_t piece = std::min<size_t>(rest.size(), 1 + rest[0]);
        framer.push(rest.first(piece));
        rest = rest.subspan(piece);
    }
    TsDeframer deframer;
    std::vector<uint8_t> field(1 + input.size() % 300);
    size_t from = 0, packets = 0;
    for (BbHeader header; framer.fill(field, header);) {
        header.data_field_bits = uint16_t(8 * field.size());
        deframer.parse(header, field, [&](TsDeframer::Packet packet) {
            const auto found = std::search(input.begin() + ptrdiff_t(from), input.end(),
                                           packet.begin(), packet.end());
            require(found != input.end());
            from = size_t(found - input.begin()) + packet.size();
            ++packets;
        });
    }
    const auto& counts = deframer.counts();
    require(counts.damaged + counts.dropped + counts.refused == 0);
    require(packets * kTsPacketBytes + 2 * kTsPacketBytes + field.size() >
            framer.counts().packets * kTsPacketBytes);
}

void frame_packets(Bytes input)
{
    GseHemFramer framer;
    std::vector<uint8_t> field(500);
    for (Bytes rest = input; !rest.empty();) {
        const size_t taken = framer.push_stream(rest);
        require(taken >= 1 && taken <= rest.size());
        rest = rest.subspan(taken);
        BbHeader header;
        require(framer.fill(field, header) <= field.size());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const Bytes input(data, size);
    take_apart(input);
    there_and_back(input);
    frame_packets(input);
    return 0;
}
