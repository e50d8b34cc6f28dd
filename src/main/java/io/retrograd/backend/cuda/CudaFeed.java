package io.retrograd.backend.cuda;

import io.retrograd.backend.Memory;
import io.retrograd.backend.MemoryException;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Feed;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/**
 * Writes a tensor for one step after the other. What staging has no room for crosses the bus into
 * one of two places on the GPU, each for a whole batch; so do pixels, which a kernel turns into
 * numbers there.
 */
final class CudaFeed extends Feed {
    private static final int PLACES = 2;

    private final CudaTensor tensor;
    private final CudaDevice device;
    private final Resources resources;
    private final HostNumbers numbers = new HostNumbers();

    /** For numbers of the tensor's type; none until they are needed. */
    private final List<Place> wide = new ArrayList<>();

    /** For pixels. */
    private final List<Place> narrow = new ArrayList<>();

    private boolean crowded;
    private int turn;

    /** Where a batch arrives, and when it has been fetched from there. */
    private record Place(CudaTensor memory, CUevent fetched, Launch pixels) {}

    /** For the thread that has the device's lock. */
    CudaFeed(CudaTensor tensor) {
        super(tensor);
        this.tensor = tensor;
        device = tensor.device();
        resources = new Resources(device.resources());
    }

    @Override
    protected void put(double[] values) {
        put(numbers.of(values));
    }

    @Override
    protected void put(float[] values) {
        put(numbers.of(values));
    }

    private void put(HostNumbers values) {
        tensor.checkOpen();
        device.enter();
        if (tensor.bytes() <= Staging.ROOM || !roomForNumbers()) {
            device.staging().write(tensor, values);
            return;
        }
        Place place = next(wide);
        DType type = tensor.dtype();
        device.staging().send(place.memory, type, type.bytes(), values, place.fetched);
        JCudaDriver.cuMemcpyDtoDAsync(
                tensor.pointer(), place.memory.pointer(), tensor.bytes(), device.stream());
        JCudaDriver.cuEventRecord(place.fetched, device.stream());
    }

    @Override
    protected void put(byte[] pixels, int largest) {
        tensor.checkOpen();
        device.enter();
        if (narrow.isEmpty()) {
            makeRoom(narrow, tensor.size());
        }
        Place place = next(narrow);
        device.staging()
                .send(place.memory, tensor.dtype(), Byte.BYTES, numbers.of(pixels), place.fetched);
        place.pixels.set(1, (double) largest);
        place.pixels.run();
        JCudaDriver.cuEventRecord(place.fetched, device.stream());
    }

    private Place next(List<Place> places) {
        turn = (turn + 1) % PLACES;
        return places.get(turn);
    }

    /** Whether there are places for numbers. Without them the bus waits for the step before. */
    private boolean roomForNumbers() {
        if (wide.isEmpty() && !crowded) {
            try {
                makeRoom(wide, tensor.bytes());
            } catch (MemoryException e) {
                crowded = true;
                device.log(
                        String.format(
                                "%s: no room for %d batches of %,d bytes beside the network, so"
                                        + " they are copied when the step before has ended",
                                tensor.name(), PLACES, tensor.bytes()));
            }
        }
        return !crowded;
    }

    private void makeRoom(List<Place> places, long bytes) {
        CudaMemory memory = new CudaMemory(device);
        List<CudaTensor> made = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            made.add(CudaTensor.scratch(device, tensor.name(), bytes));
        }
        long each = memory.footprint(made.get(0));
        Memory.Arena arena = resources.add(memory.allocate(PLACES * each), Memory.Arena::close);
        for (CudaTensor at : made) {
            memory.place(at, arena, places.size() * each);
            places.add(new Place(at, event(), pixels(at)));
        }
    }

    /** Of what has been enqueued until now: new memory is zeroed in its turn. */
    private CUevent event() {
        CUevent event = new CUevent();
        JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING);
        JCudaDriver.cuEventRecord(event, device.stream());
        return resources.add(event, JCudaDriver::cuEventDestroy);
    }

    private Launch pixels(CudaTensor from) {
        long n = tensor.size();
        return new Launch(device, "pixels", Grid.over(n), from, 1.0, tensor, n);
    }

    @Override
    public void close() {
        resources.closeIdle(device);
    }
}
