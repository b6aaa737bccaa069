#include "depinsat/fec/raptorq_decoder.h"
#include "fec_payload_id.h"
#include "gnuradio/depinsat/codes.h"
#include "stream_block.h"

namespace depinsat::blocks {
namespace {

struct Decoder {
    fec::RaptorQDecoder decoder;
    std::vector<uint8_t> packet{}, came{}; ///< of each source symbol of the block
    unsigned came_count = 0;
    uint8_t sbn = 0;
    bool started = false, done = false;

    void process(std::span<const uint8_t> bytes, Produced<uint8_t>& out)
    {
        const size_t size = kFecPayloadIdBytes + decoder.symbol_bytes();
        while (!bytes.empty()) {
            const size_t taken = std::min(size - packet.size(), bytes.size());
            packet.insert(packet.end(), bytes.begin(), bytes.begin() + long(taken));
            bytes = bytes.subspan(taken);
            if (packet.size() == size) {
                take(read_fec_payload_id(packet), out);
                packet.clear();
            }
        }
    }
    void finish(Produced<uint8_t>& out) { end_block(out); }

    void take(FecPayloadId id, Produced<uint8_t>& out)
    {
        if (!started || id.sbn != sbn)
            begin_block(id.sbn, out);
        if (done)
            return;
        const auto symbol = std::span(packet).subspan(kFecPayloadIdBytes);
        const auto reception = decoder.add(symbol, id.esi);
        const bool used = reception == fec::RaptorQReception::NeedsMore ||
                          reception == fec::RaptorQReception::Decoded;
        if (used && id.esi < came.size() && !came[id.esi]) {
            came[id.esi] = true;
            ++came_count;
        }
        if (reception == fec::RaptorQReception::Decoded) {
            done = true;
            out.tag({"raptorq_restored", came.size() - came_count});
            out.append(decoder.source());
        }
    }
    void begin_block(uint8_t number, Produced<uint8_t>& out)
    {
        end_block(out);
        const uint8_t lost = uint8_t(number - sbn - 1);
        if (started && lost > 0)
            out.tag({"raptorq_lost", lost});
        decoder.reset();
        came.assign(decoder.plan().source_symbols(), false);
        came_count = 0;
        sbn = number;
        started = true;
        done = false;
    }
    /// A block that was not decoded is put out as far as it came.
    void end_block(Produced<uint8_t>& out)
    {
        if (!started || done)
            return;
        out.tag({"raptorq_failed", came.size() - came_count});
        const size_t size = decoder.symbol_bytes();
        const auto block = out.grow(came.size() * size); // zeros
        for (size_t esi = 0; esi < came.size(); ++esi)
            if (came[esi])
                std::ranges::copy(decoder.source().subspan(esi * size, size),
                                  block.begin() + long(esi * size));
    }
};

} // namespace

gr::block_sptr make_raptorq_decoder(unsigned source_symbols, unsigned symbol_bytes)
{
    require_raptorq(source_symbols, symbol_bytes);
    const auto plan = std::make_shared<fec::RaptorQPlan>(source_symbols);
    return make_stream_block<uint8_t, uint8_t>(
        "raptorq_decoder", Decoder{fec::RaptorQDecoder(plan, symbol_bytes)});
}

} // namespace depinsat::blocks
