#include "depinsat/fec/raptorq_plan.h"

#include "fec/raptorq_plan_parts.h"
#include "fec/raptorq_solver.h"

#include <stdexcept>
#include <string>

namespace depinsat::fec {

RaptorQPlanParts::RaptorQPlanParts(unsigned source_symbols)
    : code(source_symbols), hdpc_rows(code.hdpc_rows())
{
    const size_t count = code.s + code.k_prime;
    const size_t entries = code.ldpc_entries() + size_t{code.k_prime} * kRaptorQMaxDegree;
    RaptorQRows all;
    all.reserve(count, entries);
    rows.reserve(code.s + code.k_prime - code.k,
                 code.ldpc_entries() + size_t{code.k_prime - code.k} * kRaptorQMaxDegree);
    code.add_ldpc_rows(all);
    code.add_ldpc_rows(rows);
    for (unsigned isi = code.k; isi < code.k_prime; ++isi) {
        all.add(code.neighbours(isi));
        rows.add(code.neighbours(isi));
    }
    std::vector<uint16_t> inputs(rows.size(), kNoInput);
    for (unsigned esi = 0; esi < code.k; ++esi) {
        all.add(code.neighbours(esi));
        inputs.push_back(uint16_t(esi));
    }
    RaptorQSolver solver(code, hdpc_rows, count, entries);
    if (!solver.solve(all, inputs, encoding)) // the systematic index is chosen so that it can
        throw std::logic_error(
            "RaptorQ: source symbols do not give the intermediate symbols, K = " +
            std::to_string(code.k));
}

size_t checked_symbol_bytes(size_t symbol_bytes)
{
    if (symbol_bytes < 4 || symbol_bytes > 65532 || symbol_bytes % 4 != 0)
        throw std::invalid_argument(
            "RaptorQ: symbol bytes are a multiple of 4 from 4 to 65532, not " +
            std::to_string(symbol_bytes));
    return symbol_bytes;
}

RaptorQPlan::RaptorQPlan(unsigned source_symbols)
    : parts_(std::make_unique<const RaptorQPlanParts>(source_symbols))
{}

RaptorQPlan::~RaptorQPlan() = default;

unsigned RaptorQPlan::source_symbols() const
{
    return parts_->code.k;
}

unsigned RaptorQPlan::extended_symbols() const
{
    return parts_->code.k_prime;
}

unsigned RaptorQPlan::intermediate_symbols() const
{
    return parts_->code.l;
}

} // namespace depinsat::fec
