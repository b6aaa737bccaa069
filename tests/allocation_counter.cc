#include "allocation_counter.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> allocation_count = 0;
std::atomic<size_t> byte_count = 0;

void* count_and_allocate(std::size_t size, std::size_t alignment)
{
    ++allocation_count;
    byte_count += size;
    const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
    if (memory == nullptr)
        throw std::bad_alloc();
    return memory;
}

} // namespace

size_t depinsat::test::allocations()
{
    return allocation_count;
}

size_t depinsat::test::allocated_bytes()
{
    return byte_count;
}

void* operator new(std::size_t size)
{
    return count_and_allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment)
{
    return count_and_allocate(size, std::size_t(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    return count_and_allocate(size, alignof(std::max_align_t)); // out of memory ends the test
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}
