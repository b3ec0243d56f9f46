package dev.penstock.dataplane.store.memory;

import java.time.InstantSource;

import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.ObjectStoreContract;

class MemoryObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore open() {
        return new MemoryObjectStore(InstantSource.system());
    }
}
