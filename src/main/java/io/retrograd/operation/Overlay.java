package io.retrograd.operation;

import java.util.ArrayList;
import java.util.List;

/**
 * Where tensors have the elements that belong to each element of a whole: one element for several
 * where a stride is 0.
 *
 * @param sizes of the whole; neighbouring dimensions that all tensors go through alike are one, and
 *     dimensions of size 1 are left out
 * @param strides of each tensor, how far apart neighbours lie in each of these dimensions
 */
public record Overlay(List<Integer> sizes, List<List<Integer>> strides) {
    public Overlay {
        sizes = List.copyOf(sizes);
        strides = strides.stream().map(List::copyOf).toList();
    }

    /** Of tensors with these strides in each dimension of the whole. */
    public static Overlay of(List<Integer> whole, int[]... strides) {
        List<Integer> sizes = new ArrayList<>();
        List<List<Integer>> merged = new ArrayList<>();
        for (int i = 0; i < strides.length; i++) {
            merged.add(new ArrayList<>());
        }
        for (int d = 0; d < whole.size(); d++) {
            int size = whole.get(d);
            if (size == 1) {
                continue;
            }
            int last = sizes.size() - 1;
            if (last >= 0 && continues(merged, strides, d, size)) {
                sizes.set(last, sizes.get(last) * size);
            } else {
                last++;
                sizes.add(size);
                merged.forEach(of -> of.add(0));
            }
            for (int i = 0; i < strides.length; i++) {
                merged.get(i).set(last, strides[i][d]);
            }
        }
        return new Overlay(sizes, merged);
    }

    private static boolean continues(List<List<Integer>> merged, int[][] strides, int d, int size) {
        for (int i = 0; i < strides.length; i++) {
            List<Integer> of = merged.get(i);
            if (of.get(of.size() - 1) != strides[i][d] * size) {
                return false;
            }
        }
        return true;
    }

    /** Whether all tensors' elements lie as the whole's. */
    public boolean isIdentity() {
        return sizes.size() <= 1
                && strides.stream().allMatch(of -> of.stream().allMatch(stride -> stride == 1));
    }
}
