#include "depinsat/fec/raptorq_decoder.h"

#include "fec/esi_set.h"
#include "fec/raptorq_plan_parts.h"
#include "fec/raptorq_solver.h"

#include <cstring>

namespace depinsat::fec {

struct RaptorQDecoder::State {
    State(std::shared_ptr<const RaptorQPlan> shared_plan, size_t bytes);

    size_t max_symbols() const { return code.k + kRaptorQMaxOverhead; }
    size_t max_rows() const { return parts.rows.size() + max_symbols(); }
    size_t max_entries() const
    {
        return parts.rows.entries() + max_symbols() * kRaptorQMaxDegree;
    }
    std::span<uint8_t> source_symbol(size_t esi)
    {
        return {&source[esi * symbol_bytes], symbol_bytes};
    }

    bool has(uint32_t esi) const;
    void store(std::span<const uint8_t> symbol, uint32_t esi);
    bool decode();
    void reset();

    std::shared_ptr<const RaptorQPlan> plan;
    const RaptorQPlanParts& parts;
    const RaptorQCode& code;
    size_t symbol_bytes;
    RaptorQRows rows;
    std::vector<uint16_t> inputs; // of each row: a source symbol, or K + a repair symbol
    RaptorQSolver solver;
    RaptorQSchedule schedule;
    std::vector<uint8_t> source, repair, has_source;
    std::vector<const uint8_t*> symbols; // where each input is
    std::vector<RaptorQLine> slots;
    EsiSet repair_esis;
    unsigned sources = 0, repairs = 0;
    bool decoded = false;
};

RaptorQDecoder::State::State(std::shared_ptr<const RaptorQPlan> shared_plan, size_t bytes)
    : plan(std::move(shared_plan)),
      parts(plan->parts()),
      code(parts.code),
      symbol_bytes(checked_symbol_bytes(bytes)),
      solver(code, parts.hdpc_rows, max_rows(), max_entries()),
      source(code.k * bytes),
      repair(max_symbols() * bytes),
      has_source(code.k),
      slots(RaptorQSchedule::max_slots(code, solver.max_leftovers()) * raptorq_stride(bytes) /
            sizeof(RaptorQLine)),
      repair_esis(max_symbols())
{
    rows.reserve(max_rows(), max_entries());
    inputs.reserve(max_rows());
    schedule.reserve(code, max_rows(), max_entries(), solver.max_inactive());
    for (size_t row = 0; row < parts.rows.size(); ++row)
        rows.add(parts.rows[row].lt, parts.rows[row].pi);
    inputs.assign(rows.size(), kNoInput);
    for (size_t esi = 0; esi < code.k; ++esi)
        symbols.push_back(source_symbol(esi).data());
    for (size_t i = 0; i < max_symbols(); ++i)
        symbols.push_back(&repair[i * bytes]);
}

bool RaptorQDecoder::State::has(uint32_t esi) const
{
    return esi < code.k ? has_source[esi] != 0 : repair_esis.contains(esi);
}

void RaptorQDecoder::State::store(std::span<const uint8_t> symbol, uint32_t esi)
{
    uint16_t input = uint16_t(esi);
    if (esi < code.k) {
        has_source[esi] = 1;
        ++sources;
    } else {
        repair_esis.insert(esi);
        input = uint16_t(code.k + repairs++);
    }
    std::memcpy(const_cast<uint8_t*>(symbols[input]), symbol.data(), symbol_bytes);
    rows.add(code.neighbours(code.isi(esi)));
    inputs.push_back(input);
}

bool RaptorQDecoder::State::decode()
{
    if (sources == code.k)
        return true;
    if (sources + repairs < code.k || !solver.solve(rows, inputs, schedule))
        return false;
    const size_t stride = raptorq_stride(symbol_bytes);
    uint8_t* const first_slot = slots.front().octets;
    run_schedule(code, parts.hdpc_rows, schedule,
                 {first_slot, stride, symbol_bytes, symbols.data()});
    for (unsigned esi = 0; esi < code.k; ++esi)
        if (!has_source[esi])
            add_slots_into(code.neighbours(esi).all(), first_slot, stride, source_symbol(esi));
    return true;
}

void RaptorQDecoder::State::reset()
{
    rows.truncate(parts.rows.size());
    inputs.resize(rows.size());
    std::fill(has_source.begin(), has_source.end(), 0);
    repair_esis.clear();
    sources = repairs = 0;
    decoded = false;
}

RaptorQDecoder::RaptorQDecoder(std::shared_ptr<const RaptorQPlan> plan, size_t symbol_bytes)
    : state_(std::make_unique<State>(std::move(plan), symbol_bytes))
{}

RaptorQDecoder::~RaptorQDecoder() = default;
RaptorQDecoder::RaptorQDecoder(RaptorQDecoder&&) noexcept = default;
RaptorQDecoder& RaptorQDecoder::operator=(RaptorQDecoder&&) noexcept = default;

size_t RaptorQDecoder::symbol_bytes() const
{
    return state_->symbol_bytes;
}

const RaptorQPlan& RaptorQDecoder::plan() const
{
    return *state_->plan;
}

RaptorQReception RaptorQDecoder::add(std::span<const uint8_t> symbol, uint32_t esi)
{
    State& state = *state_;
    if (esi > kRaptorQMaxEsi || symbol.size() != state.symbol_bytes)
        return RaptorQReception::Refused;
    if (state.has(esi))
        return RaptorQReception::Duplicate;
    if (state.decoded)
        return RaptorQReception::Decoded;
    if (received() == state.max_symbols())
        return RaptorQReception::Exhausted;
    state.store(symbol, esi);
    state.decoded = state.decode();
    return state.decoded ? RaptorQReception::Decoded : RaptorQReception::NeedsMore;
}

bool RaptorQDecoder::decoded() const
{
    return state_->decoded;
}

unsigned RaptorQDecoder::received() const
{
    return state_->sources + state_->repairs;
}

std::span<const uint8_t> RaptorQDecoder::source() const
{
    return state_->source;
}

void RaptorQDecoder::reset()
{
    state_->reset();
}

} // namespace depinsat::fec
