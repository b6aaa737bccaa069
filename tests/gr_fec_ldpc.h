#pragma once

#include "depinsat/fec/ccsds_ldpc_code.h"
#include "reference/ccsds_ldpc.h"

#include <gnuradio/fec/awgn_bp.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace depinsat::test {

/// gr-fec's LDPC decoder (sum-product in double precision) for a code of CCSDS.
///
/// Its class of that name demands a Gaussian elimination of the matrix to find message bits of
/// its own choice; the decoder within does not, and gives every bit. It holds two full matrices
/// of checks x bits: 138 MB for AR4JA 4/5, k = 4096, and 34 GB for a normal frame of DVB-S2.
class GrFecLdpc
{
public:
    /// @throws std::runtime_error if the file by which the matrix is handed over cannot be
    ///         written.
    GrFecLdpc(const fec::CcsdsLdpcCode& code, int max_iterations)
        : code_(code), decoder_(matrix(code), std::sqrt(0.5f)) // by which it takes LLRs
    {
        decoder_.set_K(int((code.block_columns - code.block_rows) * code.circulant));
        decoder_.set_max_iterations(max_iterations);
    }

    /// @param llrs     in nat, as fec::CcsdsLdpcDecoder takes them.
    /// @param message  one bit a byte.
    /// @return whether all checks hold.
    bool decode(const std::vector<float>& llrs, std::vector<uint8_t>& message)
    {
        constexpr float kKnown = 20, kHardlyKnown = 1e-3f; // at 0 it divides by 0
        std::vector<float> received(code_.shortened, kKnown);
        received.insert(received.end(), llrs.begin(), llrs.end() - code_.fill);
        received.resize(code_.block_columns * code_.circulant, kHardlyKnown); // punctured
        int iterations = 0;
        const auto bits = decoder_.decode(received, &iterations);
        message.assign(bits.begin() + code_.shortened,
                       bits.begin() + code_.shortened + code_.k);
        return decoder_.is_codeword();
    }

private:
    static alist matrix(const fec::CcsdsLdpcCode& code)
    {
        char name[] = "/tmp/depinsat-alist-XXXXXX";
        const int file = mkstemp(name);
        if (file < 0)
            throw std::runtime_error("cannot write /tmp/depinsat-alist-*");
        close(file);
        write(code, name);
        const alist read(name);
        unlink(name);
        return read;
    }

    static void write(const fec::CcsdsLdpcCode& code, const char* name)
    {
        const auto checks = reference::ccsds_ldpc_checks(code);
        std::vector<std::vector<size_t>> bits(code.block_columns * code.circulant);
        for (size_t check = 0; check < checks.size(); ++check)
            for (const size_t bit : checks[check])
                bits[bit].push_back(check);
        std::ofstream out(name);
        out << bits.size() << " " << checks.size() << "\n"
            << heaviest(bits) << " " << heaviest(checks) << "\n";
        for (const auto& lists : {bits, checks}) {
            for (const auto& list : lists)
                out << list.size() << " ";
            out << "\n";
        }
        for (const auto& lists : {bits, checks})
            for (const auto& list : lists) {
                for (const size_t index : list)
                    out << index + 1 << " ";
                out << "\n";
            }
    }

    static size_t heaviest(const std::vector<std::vector<size_t>>& lists)
    {
        size_t weight = 0;
        for (const auto& list : lists)
            weight = std::max(weight, list.size());
        return weight;
    }

    const fec::CcsdsLdpcCode& code_;
    awgn_bp decoder_;
};

} // namespace depinsat::test
