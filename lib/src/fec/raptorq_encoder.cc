#include "depinsat/fec/raptorq_encoder.h"

#include "fec/raptorq_plan_parts.h"

#include <cassert>

namespace depinsat::fec {

RaptorQEncoder::RaptorQEncoder(std::shared_ptr<const RaptorQPlan> plan, size_t symbol_bytes)
    : plan_(std::move(plan)),
      symbol_bytes_(checked_symbol_bytes(symbol_bytes)),
      slots_(plan_->parts().encoding.slots(plan_->parts().code) * raptorq_stride(symbol_bytes) /
             sizeof(RaptorQLine)),
      inputs_(plan_->source_symbols())
{}

void RaptorQEncoder::set_source(std::span<const uint8_t> source)
{
    assert(source.size() == inputs_.size() * symbol_bytes_);
    for (size_t esi = 0; esi < inputs_.size(); ++esi)
        inputs_[esi] = source.data() + esi * symbol_bytes_;
    const RaptorQPlanParts& parts = plan_->parts();
    run_schedule(
        parts.code, parts.hdpc_rows, parts.encoding,
        {slots_.front().octets, raptorq_stride(symbol_bytes_), symbol_bytes_, inputs_.data()});
}

bool RaptorQEncoder::encode(std::span<uint8_t> symbol, uint32_t esi) const
{
    assert(symbol.size() == symbol_bytes_);
    if (esi > kRaptorQMaxEsi)
        return false;
    const RaptorQCode& code = plan_->parts().code;
    const RaptorQNeighbours neighbours = code.neighbours(code.isi(esi));
    add_slots_into(neighbours.all(), slots_.front().octets, raptorq_stride(symbol_bytes_),
                   symbol);
    return true;
}

} // namespace depinsat::fec
