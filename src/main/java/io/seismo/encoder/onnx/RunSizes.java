package io.seismo.encoder.onnx;

/** How many rows a run is given when so many come; what lies in the slots behind them was left there by an earlier run. */
enum RunSizes {
    /** As many as come. */
    AS_THEY_COME {
        @Override
        int of(int rows, int most) {
            return rows;
        }
    },
    /** A lone row runs beside another: unpacked, the runtime takes a path of other bits for one row. */
    AT_LEAST_TWO {
        @Override
        int of(int rows, int most) {
            return Math.max(rows, Math.min(rows, 1) * 2);
        }
    },
    /** A GPU picks its kernels by shape; few shapes mean few kernels, and the same row the same bits. */
    BUCKETS {
        @Override
        int of(int rows, int most) {
            for (int size : SIZES) {
                if (rows > 0 && rows <= size) {
                    return Math.min(size, most);
                }
            }
            return Math.min(rows, most);
        }
    };

    private static final int[] SIZES = {32, 128, 512};

    /** What a session wants that keeps W so. */
    static RunSizes of(GraphSession session, Packing packing) {
        return session.place().equals("cpu") ? onProcessor(packing) : BUCKETS;
    }

    /** What ONNX Runtime's CPU provider wants. */
    static RunSizes onProcessor(Packing packing) {
        return packing == Packing.PACKED ? AS_THEY_COME : AT_LEAST_TWO;
    }

    /**
     * Rows of a run.
     *
     * @param rows that come, 0 for none
     * @param most rows of the longest run
     */
    abstract int of(int rows, int most);
}
