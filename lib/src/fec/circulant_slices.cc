#include "fec/circulant_slices.h"

#include <algorithm>
#include <cassert>

namespace depinsat::fec {

SliceLayout::SliceLayout(const CcsdsLdpcCode& code)
    : circulant_(code.circulant), columns_(code.block_columns)
{
    std::vector<std::vector<Circulant>> rows(code.block_rows);
    for (const Circulant& circulant : code.circulants)
        rows[circulant.row].push_back(circulant);
    const auto degree = [&](size_t column) {
        return std::ranges::count(code.circulants, column, &Circulant::column);
    };
    for (size_t c = 0; c < columns_; ++c)
        if (degree(c) > 1)
            binding_columns.push_back(c);
    // The last rows of AR4JA have one punctured bit each: they must speak before the others
    // can. Its first rows have all the bits of degree 1.
    for (size_t r = rows.size(); r-- > 0;) {
        for (size_t check = 0; check < circulant_; check += lanes())
            add_slice(rows[r], check);
        const bool binding = std::ranges::none_of(
            rows[r], [&](const Circulant& c) { return degree(c.column) == 1; });
        assert(!binding || slices.size() == binding_slices + slices_of_row());
        binding_slices = binding ? slices.size() : binding_slices;
    }
}

size_t SliceLayout::slices_of_row() const
{
    return (circulant_ + lanes() - 1) / lanes();
}

size_t SliceLayout::lanes() const
{
    return std::min(circulant_, kSliceLanes);
}

size_t SliceLayout::column(size_t index) const
{
    const size_t stride = (3 * kSliceLanes + circulant_ + 63) / 64 * 64;
    return index * stride + kSliceLanes;
}

size_t SliceLayout::bytes() const
{
    return column(columns_);
}

void SliceLayout::add_slice(std::span<const Circulant> row, size_t first_check)
{
    const size_t lanes = this->lanes();
    const auto first_bit = [&](const Circulant& c) {
        return (c.shift + first_check) % circulant_;
    };
    const auto copied = [&](const Circulant& c) {
        return first_bit(c) + lanes > circulant_ || first_bit(c) < lanes;
    };
    const auto shared = [&](const Circulant& c) { // an earlier edge leads to some of its bits
        return std::ranges::any_of(row, [&](const Circulant& other) {
            const size_t apart = (c.shift + circulant_ - other.shift) % circulant_;
            return &other < &c && other.column == c.column &&
                   std::min(apart, circulant_ - apart) < lanes;
        });
    };
    std::vector<Circulant> first, others, last;
    for (const Circulant& c : row)
        (shared(c) ? last : copied(c) ? first : others).push_back(c);
    assert(last.empty() || lanes == circulant_); // all that the kernels provide for
    slices.push_back({uint32_t(edges.size()), uint16_t(row.size()), uint16_t(first.size()),
                      uint16_t(last.size()), first_check + lanes > circulant_});
    for (const auto* part : {&first, &others, &last})
        for (const Circulant& c : *part)
            add_edge(c, first_bit(c));
}

void SliceLayout::add_edge(const Circulant& circulant, size_t first_bit)
{
    const auto place = int32_t(column(circulant.column) + first_bit);
    const auto size = int32_t(circulant_);
    edges.push_back({place, first_bit < lanes() ? place + size : place - size});
}

} // namespace depinsat::fec
