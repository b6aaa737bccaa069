#pragma once

#include "depinsat/fec/ccsds_ldpc_code.h"
#include "fec/circulant_kernels.h"

#include <span>
#include <vector>

namespace depinsat::fec {

/// The checks of a code cut into slices, and where its bits lie in memory.
///
/// A block column has margins on both sides, so that whole vectors can be stored twice where
/// they wrap around.
struct SliceLayout {
    explicit SliceLayout(const CcsdsLdpcCode& code);

    /// Checks of a slice.
    size_t lanes() const;

    /// Offset of the first bit of a block column.
    size_t column(size_t index) const;

    /// Of all block columns.
    size_t bytes() const;

    std::vector<Slice> slices;           ///< the binding ones first
    size_t binding_slices = 0;           ///< those without a bit that has no other check
    std::vector<size_t> binding_columns; ///< block columns of bits with more than one check
    std::vector<SliceEdge> edges;

private:
    size_t slices_of_row() const;
    void add_slice(std::span<const Circulant> row, size_t first_check);
    void add_edge(const Circulant& circulant, size_t first_bit);

    size_t circulant_, columns_;
};

} // namespace depinsat::fec
