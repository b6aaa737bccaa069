#include "fec/raptorq_solver.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace depinsat::fec {
namespace {

constexpr uint16_t kActive = 0xffff;

// Octets 0 or 1 for the eight low bits of a word, lowest bit first.
uint64_t octets_of_bits(uint64_t bits)
{
    const uint64_t spread = (bits & 0xff) * 0x0101010101010101 & 0x8040201008040201;
    return ((spread + 0x7f7f7f7f7f7f7f7f) | spread) >> 7 & 0x0101010101010101;
}

template <class Visit>
void for_set_bits(std::span<const uint64_t> words, size_t first, const Visit& visit)
{
    for (size_t word = first / 64; word < words.size(); ++word)
        for (uint64_t rest = words[word]; rest != 0; rest &= rest - 1)
            visit(word * 64 + size_t(std::countr_zero(rest)) - first);
}

void close_sum(std::vector<uint16_t>& program, size_t header)
{
    const auto count = uint16_t(program.size() - header - kSumHeader);
    program[header + 2] = program[header + 3] = count;
}

} // namespace

RaptorQSolver::RaptorQSolver(const RaptorQCode& code,
                             std::span<const std::array<uint8_t, 2>> hdpc_rows,
                             size_t max_rows,
                             size_t max_entries)
    : code_(code),
      hdpc_rows_(hdpc_rows),
      peeling_(code, max_rows, max_entries),
      max_leftovers_(max_rows + peeling_.max_inactive() - code.l),
      elimination_(max_leftovers_, peeling_.max_inactive(), code.h),
      inactive_index_(code.l),
      columns_(code.l * ((peeling_.max_inactive() + 63) / 64)),
      leftovers_(max_leftovers_ * (peeling_.max_inactive() + max_leftovers_ + 126) / 64),
      expanded_((code.l + code.h) * 64),
      hdpc_factors_(code.h * peeling_.max_inactive()),
      free_matrix_(size_t{code.h} * 2 * code.h)
{}

bool RaptorQSolver::solve(const RaptorQRows& rows,
                          std::span<const uint16_t> inputs,
                          RaptorQSchedule& schedule)
{
    assert(rows.size() == inputs.size());
    schedule.clear();
    if (!peeling_.run(rows) || peeling_.leftovers().size() > max_leftovers_)
        return false;
    number_inactive();
    add_sums(rows, inputs, schedule);
    return solve_dense(schedule);
}

void RaptorQSolver::number_inactive()
{
    const auto inactive = peeling_.inactive();
    std::fill(inactive_index_.begin(), inactive_index_.end(), kActive);
    columns_.reset(code_.l, inactive.size());
    for (size_t i = 0; i < inactive.size(); ++i) {
        inactive_index_[inactive[i]] = uint16_t(i);
        columns_.flip(inactive[i], i);
    }
}

void RaptorQSolver::add_sums(const RaptorQRows& rows,
                             std::span<const uint16_t> inputs,
                             RaptorQSchedule& schedule)
{
    sparse_ = &schedule.sparse;
    const auto inactive = peeling_.inactive();
    schedule.inactive.assign(inactive.begin(), inactive.end());
    for (const auto [row, column] : peeling_.pivots())
        add_sum(rows[row], column, inputs[row], columns_.row(column));
    schedule.pivots_end = schedule.sparse.size();

    const auto leftovers = peeling_.leftovers();
    schedule.leftovers = unsigned(leftovers.size());
    const size_t identity = BinaryElimination::identity_column(inactive.size());
    leftovers_.reset(leftovers.size(), identity + leftovers.size());
    for (size_t i = 0; i < leftovers.size(); ++i) {
        const unsigned row = leftovers[i];
        add_sum(rows[row], schedule.leftover_slot(code_, unsigned(i)), inputs[row],
                leftovers_.row(i));
        leftovers_.flip(i, identity + i);
    }
}

// The sum that gives slot `to`, and the same in terms of the inactive columns as bits.
void RaptorQSolver::add_sum(RaptorQRows::Row row,
                            unsigned to,
                            uint16_t input,
                            std::span<uint64_t> bits)
{
    std::vector<uint16_t>& program = *sparse_;
    const size_t header = program.size();
    program.insert(program.end(), {uint16_t(to), input, 0, 0});
    for (const unsigned column : row.lt)
        if (inactive_index_[column] == kActive && column != to) {
            program.push_back(uint16_t(column));
            const auto terms = columns_.row(column);
            for (size_t i = 0; i < terms.size(); ++i)
                bits[i] ^= terms[i];
        }
    close_sum(program, header);
    for (const auto columns : {row.lt, row.pi})
        for (const unsigned column : columns)
            if (const size_t index = inactive_index_[column]; index != kActive) {
                program.push_back(uint16_t(column));
                bits[index / 64] ^= uint64_t{1} << (index % 64);
            }
    program[header + 3] = uint16_t(program.size() - header - kSumHeader);
}

bool RaptorQSolver::solve_dense(RaptorQSchedule& schedule)
{
    if (!elimination_.run(leftovers_, peeling_.inactive().size()))
        return false;
    find_hdpc_factors();
    if (!solve_free(schedule))
        return false;
    write_basis(schedule);
    write_solved(schedule);
    return true;
}

// The HDPC relations in terms of the inactive columns: the same sums as those of the symbols,
// over columns of coefficients.
void RaptorQSolver::find_hdpc_factors()
{
    const auto inactive = peeling_.inactive();
    for (size_t first = 0; first < inactive.size(); first += 64) {
        expand(first / 64);
        const RaptorQSlots slots = {expanded_.data(), 64, 64, nullptr};
        add_slots_and_hdpc({}, {hdpc_rows_, code_.l, code_.h}, slots);
        const size_t count = std::min<size_t>(64, inactive.size() - first);
        for (unsigned i = 0; i < code_.h; ++i)
            std::copy_n(slots.slot(code_.l + i), count,
                        &hdpc_factors_[i * inactive.size() + first]);
    }
    for (unsigned i = 0; i < code_.h; ++i) // the HDPC symbols themselves
        hdpc_factors_[i * inactive.size() + inactive_index_[code_.k_prime + code_.s + i]] ^= 1;
}

void RaptorQSolver::expand(size_t word)
{
    for (unsigned column = 0; column < code_.k_prime + code_.s; ++column) {
        uint64_t bits = columns_.row(column)[word];
        for (size_t i = 0; i < 64; i += 8, bits >>= 8) {
            const uint64_t octets = octets_of_bits(bits);
            std::memcpy(&expanded_[column * 64 + i], &octets, 8);
        }
    }
}

bool RaptorQSolver::solve_free(RaptorQSchedule& schedule)
{
    const auto free = elimination_.free_columns();
    const auto pivots = elimination_.pivot_columns();
    const size_t unknowns = peeling_.inactive().size(), stride = free.size() + code_.h;
    std::fill(free_matrix_.begin(), free_matrix_.end(), 0);
    for (unsigned i = 0; i < code_.h; ++i) {
        const uint8_t* const factors = &hdpc_factors_[i * unknowns];
        for (const unsigned pivot : pivots)
            schedule.hdpc_factors.push_back(factors[pivot]);
        for (size_t f = 0; f < free.size(); ++f) {
            uint8_t& sum = free_matrix_[i * stride + f] = factors[free[f]];
            for (size_t row = 0; row < pivots.size(); ++row)
                sum ^= leftovers_.get(row, free[f]) ? factors[pivots[row]] : 0;
        }
        free_matrix_[i * stride + free.size() + i] = 1;
    }
    if (!eliminate_octets(free_matrix_, code_.h, free.size(), stride))
        return false;
    for (size_t f = 0; f < free.size(); ++f) {
        const auto factors = free_matrix_.begin() + ptrdiff_t(f * stride + free.size());
        schedule.free_factors.insert(schedule.free_factors.end(), factors, factors + code_.h);
        schedule.free_columns.push_back(schedule.inactive[free[f]]);
    }
    return true;
}

void RaptorQSolver::write_basis(RaptorQSchedule& schedule) const
{
    const size_t identity = BinaryElimination::identity_column(schedule.inactive.size());
    auto& program = schedule.basis;
    for (size_t row = 0; row < elimination_.pivot_columns().size(); ++row) {
        const size_t header = program.size();
        program.insert(program.end(),
                       {uint16_t(schedule.sum_slot(code_, unsigned(row))), kNoInput, 0, 0});
        for_set_bits(leftovers_.row(row), identity, [&](size_t i) {
            program.push_back(uint16_t(schedule.leftover_slot(code_, unsigned(i))));
        });
        close_sum(program, header);
    }
}

void RaptorQSolver::write_solved(RaptorQSchedule& schedule) const
{
    const auto pivots = elimination_.pivot_columns();
    const auto free = elimination_.free_columns();
    auto& program = schedule.solved;
    for (size_t row = 0; row < pivots.size(); ++row) {
        const size_t header = program.size();
        program.insert(program.end(), {schedule.inactive[pivots[row]], kNoInput, 0, 0});
        program.push_back(uint16_t(schedule.sum_slot(code_, unsigned(row))));
        for (size_t f = 0; f < free.size(); ++f)
            if (leftovers_.get(row, free[f]))
                program.push_back(schedule.free_columns[f]);
        close_sum(program, header);
    }
}

} // namespace depinsat::fec
