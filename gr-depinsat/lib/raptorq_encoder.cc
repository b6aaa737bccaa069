#include "depinsat/fec/raptorq_encoder.h"
#include "fec_payload_id.h"
#include "gnuradio/depinsat/codes.h"
#include "stream_block.h"

namespace depinsat::blocks {
namespace {

/// The code is systematic: source symbols go out as they come, repair symbols behind the last.
struct Encoder {
    fec::RaptorQEncoder encoder;
    unsigned repair_symbols;
    std::vector<uint8_t> source =
        std::vector<uint8_t>(encoder.plan().source_symbols() * encoder.symbol_bytes());
    size_t filled = 0;
    FecPayloadId next{};

    static constexpr RunningParameter kRunning{"repair_symbols", 0, kMostRepairSymbols};
    void set_running(unsigned symbols) { repair_symbols = symbols; }

    void process(std::span<const uint8_t> bytes, Produced<uint8_t>& out)
    {
        while (!bytes.empty()) {
            const size_t size = encoder.symbol_bytes();
            const size_t taken = std::min(size - filled % size, bytes.size());
            std::ranges::copy(bytes.first(taken), source.begin() + long(filled));
            bytes = bytes.subspan(taken);
            filled += taken;
            if (filled % size == 0)
                put(std::span(source).subspan(filled - size, size), out);
            if (filled == source.size())
                end_block(out);
        }
    }
    void finish(Produced<uint8_t>&) {}

    void put(std::span<const uint8_t> symbol, Produced<uint8_t>& out)
    {
        write_fec_payload_id(next, out.grow(kFecPayloadIdBytes));
        out.append(symbol);
        ++next.esi;
    }
    void end_block(Produced<uint8_t>& out)
    {
        encoder.set_source(source);
        std::vector<uint8_t> symbol(encoder.symbol_bytes());
        for (unsigned i = 0; i < repair_symbols; ++i) {
            encoder.encode(symbol, next.esi);
            put(symbol, out);
        }
        next = {uint8_t(next.sbn + 1), 0};
        filled = 0;
    }
};

} // namespace

gr::block_sptr
make_raptorq_encoder(unsigned source_symbols, unsigned symbol_bytes, unsigned repair_symbols)
{
    require_raptorq(source_symbols, symbol_bytes);
    require_range("repair_symbols", repair_symbols, 0, kMostRepairSymbols);
    const auto plan = std::make_shared<fec::RaptorQPlan>(source_symbols);
    return make_stream_block<uint8_t, uint8_t>(
        "raptorq_encoder", Encoder{fec::RaptorQEncoder(plan, symbol_bytes), repair_symbols});
}

} // namespace depinsat::blocks
