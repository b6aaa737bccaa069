#pragma once

#include "reference/octet.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace depinsat::reference {

/// RaptorQ encoder as RFC 6330 writes it down: the constraint matrix of clause 5.3.3.4.2 in
/// full, solved by Gaussian elimination. Reads the tables of lib/data/raptorq itself. O(L^3).
class RaptorQ
{
public:
    using Octets = std::vector<uint8_t>;

    RaptorQ(unsigned source_symbols, const std::string& data)
    {
        const auto rand = read(data + "/rand_tables.json");
        for (unsigned i = 0; i < 4; ++i)
            v_[i] = rand["V" + std::to_string(i)].get<std::vector<uint32_t>>();
        f_ = read(data + "/degree_distribution.json")["f"].get<std::vector<uint32_t>>();
        std::ifstream rows(data + "/systematic_indices.csv");
        std::string line;
        std::getline(rows, line);
        char comma = 0;
        while (k_ < source_symbols &&
               rows >> k_ >> comma >> j_ >> comma >> s_ >> comma >> h_ >> comma >> w_)
            ;
        l_ = k_ + s_ + h_;
        p_ = l_ - w_;
        for (p1_ = p_; !prime(p1_);)
            ++p1_;
    }

    /// C[0] to C[L - 1] from the K source symbols.
    std::vector<Octets> intermediate(const std::vector<Octets>& source) const
    {
        std::vector<uint32_t> isis(k_);
        std::iota(isis.begin(), isis.end(), 0u);
        std::vector<Octets> rows = constraints(isis);
        const size_t bytes = source[0].size();
        for (unsigned i = 0; i < l_; ++i) {
            const size_t symbol = i - (s_ + h_);
            const bool given = i >= s_ + h_ && symbol < source.size();
            const Octets right = given ? source[symbol] : Octets(bytes, 0);
            rows[i].insert(rows[i].end(), right.begin(), right.end());
        }
        for (unsigned column = 0; column < l_; ++column)
            if (!eliminate(rows, column))
                throw std::logic_error("constraint matrix is singular");
        for (auto& row : rows)
            row.erase(row.begin(), row.begin() + l_);
        return rows;
    }

    /// Clause 5.3.5.3.
    Octets encode(const std::vector<Octets>& c, uint32_t isi) const
    {
        Octets sum(c[0].size(), 0);
        for (const unsigned column : columns(isi))
            add_scaled_octets(c[column], sum, 1);
        return sum;
    }

    /// Whether these encoding symbols, with the padding symbols, give the intermediate symbols.
    bool determine(std::vector<uint32_t> isis, unsigned source_symbols) const
    {
        for (unsigned padding = source_symbols; padding < k_; ++padding)
            isis.push_back(padding);
        std::vector<Octets> rows = constraints(isis);
        unsigned column = 0;
        while (column < l_ && column < rows.size() && eliminate(rows, column))
            ++column;
        return column == l_;
    }

    unsigned padded() const { return k_; }

private:
    static nlohmann::json read(const std::string& path)
    {
        return nlohmann::json::parse(std::ifstream(path));
    }

    static bool prime(unsigned n)
    {
        for (unsigned d = 2; d < n; ++d)
            if (n % d == 0)
                return false;
        return true;
    }

    unsigned rand(uint32_t y, uint32_t i, unsigned m) const
    {
        uint32_t sum = 0;
        for (unsigned t = 0; t < 4; ++t)
            sum ^= v_[t][((y >> 8 * t) + i) % 256];
        return sum % m;
    }

    std::vector<unsigned> columns(uint32_t x) const
    {
        const uint32_t a_rule = 53591 + j_ * 997;
        const uint32_t y = 10267 * (j_ + 1) + x * (a_rule % 2 ? a_rule : a_rule + 1);
        const uint32_t v = rand(y, 0, 1 << 20);
        unsigned d = 0;
        while (v >= f_[d])
            ++d;
        d = std::min(d, w_ - 2);
        const unsigned a = 1 + rand(y, 1, w_ - 1), d1 = d < 4 ? 2 + rand(x, 3, 2) : 2;
        const unsigned a1 = 1 + rand(x, 4, p1_ - 1);
        unsigned b = rand(y, 2, w_), b1 = rand(x, 5, p1_);
        std::vector<unsigned> out;
        for (unsigned i = 0; i < d; ++i, b = (b + a) % w_)
            out.push_back(b);
        for (unsigned i = 0; i < d1; ++i, b1 = (b1 + a1) % p1_) {
            while (b1 >= p_)
                b1 = (b1 + a1) % p1_;
            out.push_back(w_ + b1);
        }
        return out;
    }

    std::vector<Octets> constraints(const std::vector<uint32_t>& isis) const
    {
        std::vector<Octets> a(s_ + h_ + isis.size(), Octets(l_, 0));
        for (unsigned i = 0; i < w_ - s_; ++i)
            for (unsigned n = 0, row = i % s_; n < 3; ++n, row = (row + 1 + i / s_) % s_)
                a[row][i] ^= 1;
        for (unsigned i = 0; i < s_; ++i) {
            a[i][w_ - s_ + i] ^= 1;
            a[i][w_ + i % p_] ^= 1;
            a[i][w_ + (i + 1) % p_] ^= 1;
        }
        fill_hdpc(a);
        for (size_t i = 0; i < isis.size(); ++i)
            for (const unsigned column : columns(isis[i]))
                a[s_ + h_ + i][column] ^= 1;
        return a;
    }

    void fill_hdpc(std::vector<Octets>& a) const
    {
        const unsigned n = k_ + s_;
        std::vector<Octets> mt(h_, Octets(n, 0));
        for (unsigned j = 0; j + 1 < n; ++j) {
            const unsigned first = rand(j + 1, 6, h_);
            mt[first][j] = mt[(first + rand(j + 1, 7, h_ - 1) + 1) % h_][j] = 1;
        }
        std::vector<uint8_t> alpha(n, 1);
        for (unsigned i = 1; i < n; ++i)
            alpha[i] = multiply_octets(alpha[i - 1], 2);
        for (unsigned i = 0; i < h_; ++i) {
            mt[i][n - 1] = alpha[i];
            for (unsigned column = 0; column < n; ++column)
                for (unsigned t = column; t < n; ++t) // GAMMA[t][column] = alpha^(t - column)
                    a[s_ + i][column] ^= multiply_octets(mt[i][t], alpha[t - column]);
            a[s_ + i][n + i] ^= 1;
        }
    }

    /// @return whether there was a row to eliminate the column with.
    static bool eliminate(std::vector<Octets>& rows, unsigned column)
    {
        const auto pivot = std::find_if(rows.begin() + column, rows.end(),
                                        [&](const Octets& row) { return row[column] != 0; });
        if (pivot == rows.end())
            return false;
        std::swap(rows[column], *pivot);
        const uint8_t inverse = invert_octet(rows[column][column]);
        for (auto& octet : rows[column])
            octet = multiply_octets(octet, inverse);
        for (size_t row = 0; row < rows.size(); ++row)
            if (row != column && rows[row][column] != 0)
                add_scaled_octets(rows[column], rows[row], rows[row][column]);
        return true;
    }

    std::vector<uint32_t> v_[4], f_;
    unsigned k_ = 0, j_ = 0, s_ = 0, h_ = 0, w_ = 0, l_ = 0, p_ = 0, p1_ = 0;
};

} // namespace depinsat::reference
