import * as $protobuf from "protobufjs";
import Long = require("long");

/** Namespace suanlink. */
export namespace suanlink {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of an Inventory.
         * @deprecated Use suanlink.v1.Inventory.$Properties instead.
         */
        interface IInventory extends suanlink.v1.Inventory.$Properties {
        }

        /** Represents an Inventory. */
        class Inventory {

            /**
             * Constructs a new Inventory.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Inventory.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Inventory generation. */
            generation: string;

            /** Inventory host. */
            host: suanlink.v1.Host;

            /** Inventory accelerators. */
            accelerators: suanlink.v1.Accelerator[];

            /** Inventory probes. */
            probes: suanlink.v1.ProbeStatus[];

            /** Inventory draining. */
            draining: boolean;

            /** Inventory drainReason. */
            drainReason: string;

            /** Inventory ownerPolicy. */
            ownerPolicy: suanlink.v1.OwnerPolicy;

            /** Inventory drainLeftMs. */
            drainLeftMs: (number|null);

            /**
             * Encodes the specified Inventory message. Does not implicitly {@link suanlink.v1.Inventory.verify|verify} messages.
             * @param message Inventory message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Inventory.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Inventory message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Inventory & suanlink.v1.Inventory.$Shape} Inventory
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Inventory & suanlink.v1.Inventory.$Shape;

            /**
             * Gets the type url for Inventory
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Inventory {

            /** Properties of an Inventory. */
            interface $Properties {

                /** Inventory generation */
                generation?: string;

                /** Inventory host */
                host?: suanlink.v1.Host.$Properties;

                /** Inventory accelerators */
                accelerators?: suanlink.v1.Accelerator.$Properties[];

                /** Inventory probes */
                probes?: suanlink.v1.ProbeStatus.$Properties[];

                /** Inventory draining */
                draining?: boolean;

                /** Inventory drainReason */
                drainReason?: string;

                /** Inventory ownerPolicy */
                ownerPolicy?: suanlink.v1.OwnerPolicy.$Properties;

                /** Inventory drainLeftMs */
                drainLeftMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Inventory. */
            type $Shape = suanlink.v1.Inventory.$Properties;
        }

        /**
         * Properties of an OwnerPolicy.
         * @deprecated Use suanlink.v1.OwnerPolicy.$Properties instead.
         */
        interface IOwnerPolicy extends suanlink.v1.OwnerPolicy.$Properties {
        }

        /** Represents an OwnerPolicy. */
        class OwnerPolicy {

            /**
             * Constructs a new OwnerPolicy.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.OwnerPolicy.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** OwnerPolicy allowOrgs. */
            allowOrgs: string[];

            /** OwnerPolicy denyOrgs. */
            denyOrgs: string[];

            /** OwnerPolicy maxLeaseMs. */
            maxLeaseMs: (number|null);

            /** OwnerPolicy maxCards. */
            maxCards: (number|null);

            /** OwnerPolicy windowLeftMs. */
            windowLeftMs: (number|null);

            /** OwnerPolicy hours. */
            hours: string;

            /**
             * Encodes the specified OwnerPolicy message. Does not implicitly {@link suanlink.v1.OwnerPolicy.verify|verify} messages.
             * @param message OwnerPolicy message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.OwnerPolicy.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an OwnerPolicy message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.OwnerPolicy & suanlink.v1.OwnerPolicy.$Shape} OwnerPolicy
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.OwnerPolicy & suanlink.v1.OwnerPolicy.$Shape;

            /**
             * Gets the type url for OwnerPolicy
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace OwnerPolicy {

            /** Properties of an OwnerPolicy. */
            interface $Properties {

                /** OwnerPolicy allowOrgs */
                allowOrgs?: string[];

                /** OwnerPolicy denyOrgs */
                denyOrgs?: string[];

                /** OwnerPolicy maxLeaseMs */
                maxLeaseMs?: (number|null);

                /** OwnerPolicy maxCards */
                maxCards?: (number|null);

                /** OwnerPolicy windowLeftMs */
                windowLeftMs?: (number|null);

                /** OwnerPolicy hours */
                hours?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an OwnerPolicy. */
            type $Shape = suanlink.v1.OwnerPolicy.$Properties;
        }

        /**
         * Properties of a Host.
         * @deprecated Use suanlink.v1.Host.$Properties instead.
         */
        interface IHost extends suanlink.v1.Host.$Properties {
        }

        /** Represents a Host. */
        class Host {

            /**
             * Constructs a new Host.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Host.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Host hostname. */
            hostname: string;

            /** Host os. */
            os: string;

            /** Host kernel. */
            kernel: string;

            /** Host architecture. */
            architecture: string;

            /** Host cpuModel. */
            cpuModel: string;

            /** Host cpuMilli. */
            cpuMilli: number;

            /** Host memoryBytes. */
            memoryBytes: number;

            /** Host diskBytes. */
            diskBytes: number;

            /** Host engine. */
            engine: string;

            /** Host labels. */
            labels: { [k: string]: string };

            /** Host region. */
            region: string;

            /**
             * Encodes the specified Host message. Does not implicitly {@link suanlink.v1.Host.verify|verify} messages.
             * @param message Host message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Host.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Host message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Host & suanlink.v1.Host.$Shape} Host
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Host & suanlink.v1.Host.$Shape;

            /**
             * Gets the type url for Host
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Host {

            /** Properties of a Host. */
            interface $Properties {

                /** Host hostname */
                hostname?: string;

                /** Host os */
                os?: string;

                /** Host kernel */
                kernel?: string;

                /** Host architecture */
                architecture?: string;

                /** Host cpuModel */
                cpuModel?: string;

                /** Host cpuMilli */
                cpuMilli?: number;

                /** Host memoryBytes */
                memoryBytes?: number;

                /** Host diskBytes */
                diskBytes?: number;

                /** Host engine */
                engine?: string;

                /** Host labels */
                labels?: { [k: string]: string };

                /** Host region */
                region?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Host. */
            type $Shape = suanlink.v1.Host.$Properties;
        }

        /**
         * Properties of an Accelerator.
         * @deprecated Use suanlink.v1.Accelerator.$Properties instead.
         */
        interface IAccelerator extends suanlink.v1.Accelerator.$Properties {
        }

        /** Represents an Accelerator. */
        class Accelerator {

            /**
             * Constructs a new Accelerator.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Accelerator.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Accelerator id. */
            id: string;

            /** Accelerator vendor. */
            vendor: string;

            /** Accelerator model. */
            model: string;

            /** Accelerator architecture. */
            architecture: string;

            /** Accelerator index. */
            index: number;

            /** Accelerator uuid. */
            uuid: string;

            /** Accelerator serial. */
            serial: string;

            /** Accelerator busAddress. */
            busAddress: string;

            /** Accelerator numaNode. */
            numaNode: (number|null);

            /** Accelerator memoryBytes. */
            memoryBytes: (number|null);

            /** Accelerator driverVersion. */
            driverVersion: string;

            /** Accelerator runtimeVersion. */
            runtimeVersion: string;

            /** Accelerator health. */
            health: string;

            /** Accelerator healthReasons. */
            healthReasons: string[];

            /** Accelerator offered. */
            offered: boolean;

            /** Accelerator notOfferedReason. */
            notOfferedReason: string;

            /** Accelerator partition. */
            partition: suanlink.v1.Partition;

            /** Accelerator links. */
            links: suanlink.v1.Link[];

            /** Accelerator throughput. */
            throughput: suanlink.v1.Throughput[];

            /** Accelerator simulated. */
            simulated: boolean;

            /** Accelerator cpuAffinity. */
            cpuAffinity: string;

            /**
             * Encodes the specified Accelerator message. Does not implicitly {@link suanlink.v1.Accelerator.verify|verify} messages.
             * @param message Accelerator message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Accelerator.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Accelerator message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Accelerator & suanlink.v1.Accelerator.$Shape} Accelerator
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Accelerator & suanlink.v1.Accelerator.$Shape;

            /**
             * Gets the type url for Accelerator
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Accelerator {

            /** Properties of an Accelerator. */
            interface $Properties {

                /** Accelerator id */
                id?: string;

                /** Accelerator vendor */
                vendor?: string;

                /** Accelerator model */
                model?: string;

                /** Accelerator architecture */
                architecture?: string;

                /** Accelerator index */
                index?: number;

                /** Accelerator uuid */
                uuid?: string;

                /** Accelerator serial */
                serial?: string;

                /** Accelerator busAddress */
                busAddress?: string;

                /** Accelerator numaNode */
                numaNode?: (number|null);

                /** Accelerator memoryBytes */
                memoryBytes?: (number|null);

                /** Accelerator driverVersion */
                driverVersion?: string;

                /** Accelerator runtimeVersion */
                runtimeVersion?: string;

                /** Accelerator health */
                health?: string;

                /** Accelerator healthReasons */
                healthReasons?: string[];

                /** Accelerator offered */
                offered?: boolean;

                /** Accelerator notOfferedReason */
                notOfferedReason?: string;

                /** Accelerator partition */
                partition?: suanlink.v1.Partition.$Properties;

                /** Accelerator links */
                links?: suanlink.v1.Link.$Properties[];

                /** Accelerator throughput */
                throughput?: suanlink.v1.Throughput.$Properties[];

                /** Accelerator simulated */
                simulated?: boolean;

                /** Accelerator cpuAffinity */
                cpuAffinity?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Accelerator. */
            type $Shape = suanlink.v1.Accelerator.$Properties;
        }

        /**
         * Properties of a Partition.
         * @deprecated Use suanlink.v1.Partition.$Properties instead.
         */
        interface IPartition extends suanlink.v1.Partition.$Properties {
        }

        /** Represents a Partition. */
        class Partition {

            /**
             * Constructs a new Partition.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Partition.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Partition kind. */
            kind: string;

            /** Partition parentId. */
            parentId: string;

            /** Partition profile. */
            profile: string;

            /**
             * Encodes the specified Partition message. Does not implicitly {@link suanlink.v1.Partition.verify|verify} messages.
             * @param message Partition message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Partition.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Partition message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Partition & suanlink.v1.Partition.$Shape} Partition
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Partition & suanlink.v1.Partition.$Shape;

            /**
             * Gets the type url for Partition
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Partition {

            /** Properties of a Partition. */
            interface $Properties {

                /** Partition kind */
                kind?: string;

                /** Partition parentId */
                parentId?: string;

                /** Partition profile */
                profile?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Partition. */
            type $Shape = suanlink.v1.Partition.$Properties;
        }

        /**
         * Properties of a Link.
         * @deprecated Use suanlink.v1.Link.$Properties instead.
         */
        interface ILink extends suanlink.v1.Link.$Properties {
        }

        /** Represents a Link. */
        class Link {

            /**
             * Constructs a new Link.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Link.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Link kind. */
            kind: string;

            /** Link peerId. */
            peerId: string;

            /** Link word. */
            word: string;

            /**
             * Encodes the specified Link message. Does not implicitly {@link suanlink.v1.Link.verify|verify} messages.
             * @param message Link message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Link.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Link message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Link & suanlink.v1.Link.$Shape} Link
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Link & suanlink.v1.Link.$Shape;

            /**
             * Gets the type url for Link
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Link {

            /** Properties of a Link. */
            interface $Properties {

                /** Link kind */
                kind?: string;

                /** Link peerId */
                peerId?: string;

                /** Link word */
                word?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Link. */
            type $Shape = suanlink.v1.Link.$Properties;
        }

        /**
         * Properties of a Throughput.
         * @deprecated Use suanlink.v1.Throughput.$Properties instead.
         */
        interface IThroughput extends suanlink.v1.Throughput.$Properties {
        }

        /** Represents a Throughput. */
        class Throughput {

            /**
             * Constructs a new Throughput.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Throughput.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Throughput precision. */
            precision: string;

            /** Throughput gigaFlops. */
            gigaFlops: number;

            /** Throughput dense. */
            dense: boolean;

            /** Throughput source. */
            source: string;

            /**
             * Encodes the specified Throughput message. Does not implicitly {@link suanlink.v1.Throughput.verify|verify} messages.
             * @param message Throughput message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Throughput.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Throughput message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Throughput & suanlink.v1.Throughput.$Shape} Throughput
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Throughput & suanlink.v1.Throughput.$Shape;

            /**
             * Gets the type url for Throughput
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Throughput {

            /** Properties of a Throughput. */
            interface $Properties {

                /** Throughput precision */
                precision?: string;

                /** Throughput gigaFlops */
                gigaFlops?: number;

                /** Throughput dense */
                dense?: boolean;

                /** Throughput source */
                source?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Throughput. */
            type $Shape = suanlink.v1.Throughput.$Properties;
        }

        /**
         * Properties of a ProbeStatus.
         * @deprecated Use suanlink.v1.ProbeStatus.$Properties instead.
         */
        interface IProbeStatus extends suanlink.v1.ProbeStatus.$Properties {
        }

        /** Represents a ProbeStatus. */
        class ProbeStatus {

            /**
             * Constructs a new ProbeStatus.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.ProbeStatus.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ProbeStatus vendor. */
            vendor: string;

            /** ProbeStatus status. */
            status: string;

            /** ProbeStatus reason. */
            reason: string;

            /** ProbeStatus lastGoodAgeMs. */
            lastGoodAgeMs: number;

            /**
             * Encodes the specified ProbeStatus message. Does not implicitly {@link suanlink.v1.ProbeStatus.verify|verify} messages.
             * @param message ProbeStatus message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.ProbeStatus.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ProbeStatus message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.ProbeStatus & suanlink.v1.ProbeStatus.$Shape} ProbeStatus
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.ProbeStatus & suanlink.v1.ProbeStatus.$Shape;

            /**
             * Gets the type url for ProbeStatus
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace ProbeStatus {

            /** Properties of a ProbeStatus. */
            interface $Properties {

                /** ProbeStatus vendor */
                vendor?: string;

                /** ProbeStatus status */
                status?: string;

                /** ProbeStatus reason */
                reason?: string;

                /** ProbeStatus lastGoodAgeMs */
                lastGoodAgeMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ProbeStatus. */
            type $Shape = suanlink.v1.ProbeStatus.$Properties;
        }

        /**
         * Properties of a Work.
         * @deprecated Use suanlink.v1.Work.$Properties instead.
         */
        interface IWork extends suanlink.v1.Work.$Properties {
        }

        /** Represents a Work. */
        class Work {

            /**
             * Constructs a new Work.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Work.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Work image. */
            image: string;

            /** Work command. */
            command: string[];

            /** Work entrypoint. */
            entrypoint: string[];

            /** Work env. */
            env: { [k: string]: string };

            /** Work workingDir. */
            workingDir: string;

            /** Work user. */
            user: string;

            /** Work cpuMilli. */
            cpuMilli: number;

            /** Work memoryBytes. */
            memoryBytes: number;

            /** Work diskBytes. */
            diskBytes: number;

            /** Work shmBytes. */
            shmBytes: number;

            /** Work pids. */
            pids: number;

            /** Work network. */
            network: string;

            /** Work readOnlyRoot. */
            readOnlyRoot: boolean;

            /** Work graceMs. */
            graceMs: number;

            /** Work onLost. */
            onLost: string;

            /** Work keepMs. */
            keepMs: number;

            /** Work registryAuth. */
            registryAuth: suanlink.v1.RegistryAuth;

            /** Work sandbox. */
            sandbox: string;

            /**
             * Encodes the specified Work message. Does not implicitly {@link suanlink.v1.Work.verify|verify} messages.
             * @param message Work message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Work.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Work message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Work & suanlink.v1.Work.$Shape} Work
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Work & suanlink.v1.Work.$Shape;

            /**
             * Gets the type url for Work
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Work {

            /** Properties of a Work. */
            interface $Properties {

                /** Work image */
                image?: string;

                /** Work command */
                command?: string[];

                /** Work entrypoint */
                entrypoint?: string[];

                /** Work env */
                env?: { [k: string]: string };

                /** Work workingDir */
                workingDir?: string;

                /** Work user */
                user?: string;

                /** Work cpuMilli */
                cpuMilli?: number;

                /** Work memoryBytes */
                memoryBytes?: number;

                /** Work diskBytes */
                diskBytes?: number;

                /** Work shmBytes */
                shmBytes?: number;

                /** Work pids */
                pids?: number;

                /** Work network */
                network?: string;

                /** Work readOnlyRoot */
                readOnlyRoot?: boolean;

                /** Work graceMs */
                graceMs?: number;

                /** Work onLost */
                onLost?: string;

                /** Work keepMs */
                keepMs?: number;

                /** Work registryAuth */
                registryAuth?: suanlink.v1.RegistryAuth.$Properties;

                /** Work sandbox */
                sandbox?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Work. */
            type $Shape = suanlink.v1.Work.$Properties;
        }

        /**
         * Properties of a RegistryAuth.
         * @deprecated Use suanlink.v1.RegistryAuth.$Properties instead.
         */
        interface IRegistryAuth extends suanlink.v1.RegistryAuth.$Properties {
        }

        /** Represents a RegistryAuth. */
        class RegistryAuth {

            /**
             * Constructs a new RegistryAuth.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.RegistryAuth.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RegistryAuth username. */
            username: string;

            /** RegistryAuth password. */
            password: string;

            /**
             * Encodes the specified RegistryAuth message. Does not implicitly {@link suanlink.v1.RegistryAuth.verify|verify} messages.
             * @param message RegistryAuth message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.RegistryAuth.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RegistryAuth message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.RegistryAuth & suanlink.v1.RegistryAuth.$Shape} RegistryAuth
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.RegistryAuth & suanlink.v1.RegistryAuth.$Shape;

            /**
             * Gets the type url for RegistryAuth
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace RegistryAuth {

            /** Properties of a RegistryAuth. */
            interface $Properties {

                /** RegistryAuth username */
                username?: string;

                /** RegistryAuth password */
                password?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RegistryAuth. */
            type $Shape = suanlink.v1.RegistryAuth.$Properties;
        }

        /**
         * Properties of an Offer.
         * @deprecated Use suanlink.v1.Offer.$Properties instead.
         */
        interface IOffer extends suanlink.v1.Offer.$Properties {
        }

        /** Represents an Offer. */
        class Offer {

            /**
             * Constructs a new Offer.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Offer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Offer leaseId. */
            leaseId: string;

            /** Offer epoch. */
            epoch: number;

            /** Offer jobId. */
            jobId: string;

            /** Offer org. */
            org: string;

            /** Offer validForMs. */
            validForMs: number;

            /** Offer inventoryGeneration. */
            inventoryGeneration: string;

            /** Offer acceleratorIds. */
            acceleratorIds: string[];

            /** Offer acceleratorMilli. */
            acceleratorMilli: number;

            /** Offer work. */
            work: suanlink.v1.Work;

            /** Offer maxDurationMs. */
            maxDurationMs: number;

            /**
             * Encodes the specified Offer message. Does not implicitly {@link suanlink.v1.Offer.verify|verify} messages.
             * @param message Offer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Offer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Offer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Offer & suanlink.v1.Offer.$Shape} Offer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Offer & suanlink.v1.Offer.$Shape;

            /**
             * Gets the type url for Offer
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Offer {

            /** Properties of an Offer. */
            interface $Properties {

                /** Offer leaseId */
                leaseId?: string;

                /** Offer epoch */
                epoch?: number;

                /** Offer jobId */
                jobId?: string;

                /** Offer org */
                org?: string;

                /** Offer validForMs */
                validForMs?: number;

                /** Offer inventoryGeneration */
                inventoryGeneration?: string;

                /** Offer acceleratorIds */
                acceleratorIds?: string[];

                /** Offer acceleratorMilli */
                acceleratorMilli?: number;

                /** Offer work */
                work?: suanlink.v1.Work.$Properties;

                /** Offer maxDurationMs */
                maxDurationMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Offer. */
            type $Shape = suanlink.v1.Offer.$Properties;
        }

        /**
         * Properties of an Accept.
         * @deprecated Use suanlink.v1.Accept.$Properties instead.
         */
        interface IAccept extends suanlink.v1.Accept.$Properties {
        }

        /** Represents an Accept. */
        class Accept {

            /**
             * Constructs a new Accept.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Accept.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Accept leaseId. */
            leaseId: string;

            /** Accept epoch. */
            epoch: number;

            /**
             * Encodes the specified Accept message. Does not implicitly {@link suanlink.v1.Accept.verify|verify} messages.
             * @param message Accept message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Accept.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Accept message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Accept & suanlink.v1.Accept.$Shape} Accept
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Accept & suanlink.v1.Accept.$Shape;

            /**
             * Gets the type url for Accept
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Accept {

            /** Properties of an Accept. */
            interface $Properties {

                /** Accept leaseId */
                leaseId?: string;

                /** Accept epoch */
                epoch?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Accept. */
            type $Shape = suanlink.v1.Accept.$Properties;
        }

        /**
         * Properties of a Reject.
         * @deprecated Use suanlink.v1.Reject.$Properties instead.
         */
        interface IReject extends suanlink.v1.Reject.$Properties {
        }

        /** Represents a Reject. */
        class Reject {

            /**
             * Constructs a new Reject.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Reject.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Reject leaseId. */
            leaseId: string;

            /** Reject epoch. */
            epoch: number;

            /** Reject code. */
            code: string;

            /** Reject message. */
            message: string;

            /**
             * Encodes the specified Reject message. Does not implicitly {@link suanlink.v1.Reject.verify|verify} messages.
             * @param message Reject message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Reject.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Reject message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Reject & suanlink.v1.Reject.$Shape} Reject
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Reject & suanlink.v1.Reject.$Shape;

            /**
             * Gets the type url for Reject
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Reject {

            /** Properties of a Reject. */
            interface $Properties {

                /** Reject leaseId */
                leaseId?: string;

                /** Reject epoch */
                epoch?: number;

                /** Reject code */
                code?: string;

                /** Reject message */
                message?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Reject. */
            type $Shape = suanlink.v1.Reject.$Properties;
        }

        /**
         * Properties of a Commit.
         * @deprecated Use suanlink.v1.Commit.$Properties instead.
         */
        interface ICommit extends suanlink.v1.Commit.$Properties {
        }

        /** Represents a Commit. */
        class Commit {

            /**
             * Constructs a new Commit.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Commit.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Commit leaseId. */
            leaseId: string;

            /** Commit epoch. */
            epoch: number;

            /** Commit ttlMs. */
            ttlMs: number;

            /** Commit maxDurationMs. */
            maxDurationMs: number;

            /**
             * Encodes the specified Commit message. Does not implicitly {@link suanlink.v1.Commit.verify|verify} messages.
             * @param message Commit message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Commit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Commit message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Commit & suanlink.v1.Commit.$Shape} Commit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Commit & suanlink.v1.Commit.$Shape;

            /**
             * Gets the type url for Commit
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Commit {

            /** Properties of a Commit. */
            interface $Properties {

                /** Commit leaseId */
                leaseId?: string;

                /** Commit epoch */
                epoch?: number;

                /** Commit ttlMs */
                ttlMs?: number;

                /** Commit maxDurationMs */
                maxDurationMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Commit. */
            type $Shape = suanlink.v1.Commit.$Properties;
        }

        /**
         * Properties of a LeaseRef.
         * @deprecated Use suanlink.v1.LeaseRef.$Properties instead.
         */
        interface ILeaseRef extends suanlink.v1.LeaseRef.$Properties {
        }

        /** Represents a LeaseRef. */
        class LeaseRef {

            /**
             * Constructs a new LeaseRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.LeaseRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LeaseRef leaseId. */
            leaseId: string;

            /** LeaseRef epoch. */
            epoch: number;

            /**
             * Encodes the specified LeaseRef message. Does not implicitly {@link suanlink.v1.LeaseRef.verify|verify} messages.
             * @param message LeaseRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.LeaseRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeaseRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.LeaseRef & suanlink.v1.LeaseRef.$Shape} LeaseRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.LeaseRef & suanlink.v1.LeaseRef.$Shape;

            /**
             * Gets the type url for LeaseRef
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace LeaseRef {

            /** Properties of a LeaseRef. */
            interface $Properties {

                /** LeaseRef leaseId */
                leaseId?: string;

                /** LeaseRef epoch */
                epoch?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeaseRef. */
            type $Shape = suanlink.v1.LeaseRef.$Properties;
        }

        /**
         * Properties of a Renew.
         * @deprecated Use suanlink.v1.Renew.$Properties instead.
         */
        interface IRenew extends suanlink.v1.Renew.$Properties {
        }

        /** Represents a Renew. */
        class Renew {

            /**
             * Constructs a new Renew.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Renew.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Renew request. */
            request: number;

            /** Renew leases. */
            leases: suanlink.v1.LeaseRef[];

            /**
             * Encodes the specified Renew message. Does not implicitly {@link suanlink.v1.Renew.verify|verify} messages.
             * @param message Renew message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Renew.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Renew message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Renew & suanlink.v1.Renew.$Shape} Renew
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Renew & suanlink.v1.Renew.$Shape;

            /**
             * Gets the type url for Renew
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Renew {

            /** Properties of a Renew. */
            interface $Properties {

                /** Renew request */
                request?: number;

                /** Renew leases */
                leases?: suanlink.v1.LeaseRef.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Renew. */
            type $Shape = suanlink.v1.Renew.$Properties;
        }

        /**
         * Properties of a Renewed.
         * @deprecated Use suanlink.v1.Renewed.$Properties instead.
         */
        interface IRenewed extends suanlink.v1.Renewed.$Properties {
        }

        /** Represents a Renewed. */
        class Renewed {

            /**
             * Constructs a new Renewed.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Renewed.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Renewed request. */
            request: number;

            /** Renewed renewals. */
            renewals: suanlink.v1.Renewal[];

            /**
             * Encodes the specified Renewed message. Does not implicitly {@link suanlink.v1.Renewed.verify|verify} messages.
             * @param message Renewed message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Renewed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Renewed message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Renewed & suanlink.v1.Renewed.$Shape} Renewed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Renewed & suanlink.v1.Renewed.$Shape;

            /**
             * Gets the type url for Renewed
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Renewed {

            /** Properties of a Renewed. */
            interface $Properties {

                /** Renewed request */
                request?: number;

                /** Renewed renewals */
                renewals?: suanlink.v1.Renewal.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Renewed. */
            type $Shape = suanlink.v1.Renewed.$Properties;
        }

        /**
         * Properties of a Renewal.
         * @deprecated Use suanlink.v1.Renewal.$Properties instead.
         */
        interface IRenewal extends suanlink.v1.Renewal.$Properties {
        }

        /** Represents a Renewal. */
        class Renewal {

            /**
             * Constructs a new Renewal.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Renewal.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Renewal leaseId. */
            leaseId: string;

            /** Renewal epoch. */
            epoch: number;

            /** Renewal verdict. */
            verdict: string;

            /** Renewal ttlMs. */
            ttlMs: number;

            /** Renewal stopReason. */
            stopReason: string;

            /** Renewal graceMs. */
            graceMs: number;

            /**
             * Encodes the specified Renewal message. Does not implicitly {@link suanlink.v1.Renewal.verify|verify} messages.
             * @param message Renewal message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Renewal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Renewal message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Renewal & suanlink.v1.Renewal.$Shape} Renewal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Renewal & suanlink.v1.Renewal.$Shape;

            /**
             * Gets the type url for Renewal
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Renewal {

            /** Properties of a Renewal. */
            interface $Properties {

                /** Renewal leaseId */
                leaseId?: string;

                /** Renewal epoch */
                epoch?: number;

                /** Renewal verdict */
                verdict?: string;

                /** Renewal ttlMs */
                ttlMs?: number;

                /** Renewal stopReason */
                stopReason?: string;

                /** Renewal graceMs */
                graceMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Renewal. */
            type $Shape = suanlink.v1.Renewal.$Properties;
        }

        /**
         * Properties of a Stop.
         * @deprecated Use suanlink.v1.Stop.$Properties instead.
         */
        interface IStop extends suanlink.v1.Stop.$Properties {
        }

        /** Represents a Stop. */
        class Stop {

            /**
             * Constructs a new Stop.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Stop.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Stop leaseId. */
            leaseId: string;

            /** Stop epoch. */
            epoch: number;

            /** Stop reason. */
            reason: string;

            /** Stop message. */
            message: string;

            /** Stop graceMs. */
            graceMs: number;

            /**
             * Encodes the specified Stop message. Does not implicitly {@link suanlink.v1.Stop.verify|verify} messages.
             * @param message Stop message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Stop.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Stop message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Stop & suanlink.v1.Stop.$Shape} Stop
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Stop & suanlink.v1.Stop.$Shape;

            /**
             * Gets the type url for Stop
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Stop {

            /** Properties of a Stop. */
            interface $Properties {

                /** Stop leaseId */
                leaseId?: string;

                /** Stop epoch */
                epoch?: number;

                /** Stop reason */
                reason?: string;

                /** Stop message */
                message?: string;

                /** Stop graceMs */
                graceMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Stop. */
            type $Shape = suanlink.v1.Stop.$Properties;
        }

        /**
         * Properties of a LeaseEvent.
         * @deprecated Use suanlink.v1.LeaseEvent.$Properties instead.
         */
        interface ILeaseEvent extends suanlink.v1.LeaseEvent.$Properties {
        }

        /** Represents a LeaseEvent. */
        class LeaseEvent {

            /**
             * Constructs a new LeaseEvent.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.LeaseEvent.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LeaseEvent leaseId. */
            leaseId: string;

            /** LeaseEvent epoch. */
            epoch: number;

            /** LeaseEvent phase. */
            phase: string;

            /** LeaseEvent detail. */
            detail: string;

            /** LeaseEvent sinceCommitMs. */
            sinceCommitMs: number;

            /**
             * Encodes the specified LeaseEvent message. Does not implicitly {@link suanlink.v1.LeaseEvent.verify|verify} messages.
             * @param message LeaseEvent message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.LeaseEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeaseEvent message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.LeaseEvent & suanlink.v1.LeaseEvent.$Shape} LeaseEvent
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.LeaseEvent & suanlink.v1.LeaseEvent.$Shape;

            /**
             * Gets the type url for LeaseEvent
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace LeaseEvent {

            /** Properties of a LeaseEvent. */
            interface $Properties {

                /** LeaseEvent leaseId */
                leaseId?: string;

                /** LeaseEvent epoch */
                epoch?: number;

                /** LeaseEvent phase */
                phase?: string;

                /** LeaseEvent detail */
                detail?: string;

                /** LeaseEvent sinceCommitMs */
                sinceCommitMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeaseEvent. */
            type $Shape = suanlink.v1.LeaseEvent.$Properties;
        }

        /**
         * Properties of a LeaseEnd.
         * @deprecated Use suanlink.v1.LeaseEnd.$Properties instead.
         */
        interface ILeaseEnd extends suanlink.v1.LeaseEnd.$Properties {
        }

        /** Represents a LeaseEnd. */
        class LeaseEnd {

            /**
             * Constructs a new LeaseEnd.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.LeaseEnd.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LeaseEnd leaseId. */
            leaseId: string;

            /** LeaseEnd epoch. */
            epoch: number;

            /** LeaseEnd reason. */
            reason: string;

            /** LeaseEnd exitCode. */
            exitCode: (number|null);

            /** LeaseEnd errorCode. */
            errorCode: string;

            /** LeaseEnd message. */
            message: string;

            /** LeaseEnd stdoutBytes. */
            stdoutBytes: number;

            /** LeaseEnd stderrBytes. */
            stderrBytes: number;

            /** LeaseEnd stdoutSha256. */
            stdoutSha256: Uint8Array;

            /** LeaseEnd stderrSha256. */
            stderrSha256: Uint8Array;

            /** LeaseEnd timeline. */
            timeline: suanlink.v1.Phase[];

            /** LeaseEnd usage. */
            usage: suanlink.v1.Usage;

            /** LeaseEnd stdoutDroppedBytes. */
            stdoutDroppedBytes: number;

            /** LeaseEnd stderrDroppedBytes. */
            stderrDroppedBytes: number;

            /**
             * Encodes the specified LeaseEnd message. Does not implicitly {@link suanlink.v1.LeaseEnd.verify|verify} messages.
             * @param message LeaseEnd message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.LeaseEnd.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeaseEnd message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.LeaseEnd & suanlink.v1.LeaseEnd.$Shape} LeaseEnd
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.LeaseEnd & suanlink.v1.LeaseEnd.$Shape;

            /**
             * Gets the type url for LeaseEnd
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace LeaseEnd {

            /** Properties of a LeaseEnd. */
            interface $Properties {

                /** LeaseEnd leaseId */
                leaseId?: string;

                /** LeaseEnd epoch */
                epoch?: number;

                /** LeaseEnd reason */
                reason?: string;

                /** LeaseEnd exitCode */
                exitCode?: (number|null);

                /** LeaseEnd errorCode */
                errorCode?: string;

                /** LeaseEnd message */
                message?: string;

                /** LeaseEnd stdoutBytes */
                stdoutBytes?: number;

                /** LeaseEnd stderrBytes */
                stderrBytes?: number;

                /** LeaseEnd stdoutSha256 */
                stdoutSha256?: Uint8Array;

                /** LeaseEnd stderrSha256 */
                stderrSha256?: Uint8Array;

                /** LeaseEnd timeline */
                timeline?: suanlink.v1.Phase.$Properties[];

                /** LeaseEnd usage */
                usage?: suanlink.v1.Usage.$Properties;

                /** LeaseEnd stdoutDroppedBytes */
                stdoutDroppedBytes?: number;

                /** LeaseEnd stderrDroppedBytes */
                stderrDroppedBytes?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeaseEnd. */
            type $Shape = suanlink.v1.LeaseEnd.$Properties;
        }

        /**
         * Properties of a Phase.
         * @deprecated Use suanlink.v1.Phase.$Properties instead.
         */
        interface IPhase extends suanlink.v1.Phase.$Properties {
        }

        /** Represents a Phase. */
        class Phase {

            /**
             * Constructs a new Phase.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Phase.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Phase name. */
            name: string;

            /** Phase atMs. */
            atMs: number;

            /**
             * Encodes the specified Phase message. Does not implicitly {@link suanlink.v1.Phase.verify|verify} messages.
             * @param message Phase message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Phase.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Phase message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Phase & suanlink.v1.Phase.$Shape} Phase
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Phase & suanlink.v1.Phase.$Shape;

            /**
             * Gets the type url for Phase
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Phase {

            /** Properties of a Phase. */
            interface $Properties {

                /** Phase name */
                name?: string;

                /** Phase atMs */
                atMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Phase. */
            type $Shape = suanlink.v1.Phase.$Properties;
        }

        /**
         * Properties of a Usage.
         * @deprecated Use suanlink.v1.Usage.$Properties instead.
         */
        interface IUsage extends suanlink.v1.Usage.$Properties {
        }

        /** Represents a Usage. */
        class Usage {

            /**
             * Constructs a new Usage.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Usage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Usage leaseId. */
            leaseId: string;

            /** Usage epoch. */
            epoch: number;

            /** Usage part. */
            part: number;

            /** Usage runMs. */
            runMs: number;

            /** Usage cardMs. */
            cardMs: number;

            /** Usage cpuMs. */
            cpuMs: number;

            /** Usage cpuExact. */
            cpuExact: boolean;

            /** Usage memoryPeakBytes. */
            memoryPeakBytes: number;

            /** Usage signature. */
            signature: Uint8Array;

            /**
             * Encodes the specified Usage message. Does not implicitly {@link suanlink.v1.Usage.verify|verify} messages.
             * @param message Usage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Usage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Usage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Usage & suanlink.v1.Usage.$Shape} Usage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Usage & suanlink.v1.Usage.$Shape;

            /**
             * Gets the type url for Usage
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Usage {

            /** Properties of a Usage. */
            interface $Properties {

                /** Usage leaseId */
                leaseId?: string;

                /** Usage epoch */
                epoch?: number;

                /** Usage part */
                part?: number;

                /** Usage runMs */
                runMs?: number;

                /** Usage cardMs */
                cardMs?: number;

                /** Usage cpuMs */
                cpuMs?: number;

                /** Usage cpuExact */
                cpuExact?: boolean;

                /** Usage memoryPeakBytes */
                memoryPeakBytes?: number;

                /** Usage signature */
                signature?: Uint8Array;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Usage. */
            type $Shape = suanlink.v1.Usage.$Properties;
        }

        /**
         * Properties of a HeldLeases.
         * @deprecated Use suanlink.v1.HeldLeases.$Properties instead.
         */
        interface IHeldLeases extends suanlink.v1.HeldLeases.$Properties {
        }

        /** Represents a HeldLeases. */
        class HeldLeases {

            /**
             * Constructs a new HeldLeases.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.HeldLeases.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeldLeases leases. */
            leases: suanlink.v1.HeldLease[];

            /**
             * Encodes the specified HeldLeases message. Does not implicitly {@link suanlink.v1.HeldLeases.verify|verify} messages.
             * @param message HeldLeases message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.HeldLeases.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeldLeases message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.HeldLeases & suanlink.v1.HeldLeases.$Shape} HeldLeases
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.HeldLeases & suanlink.v1.HeldLeases.$Shape;

            /**
             * Gets the type url for HeldLeases
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace HeldLeases {

            /** Properties of a HeldLeases. */
            interface $Properties {

                /** HeldLeases leases */
                leases?: suanlink.v1.HeldLease.$Properties[];

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeldLeases. */
            type $Shape = suanlink.v1.HeldLeases.$Properties;
        }

        /**
         * Properties of a HeldLease.
         * @deprecated Use suanlink.v1.HeldLease.$Properties instead.
         */
        interface IHeldLease extends suanlink.v1.HeldLease.$Properties {
        }

        /** Represents a HeldLease. */
        class HeldLease {

            /**
             * Constructs a new HeldLease.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.HeldLease.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeldLease leaseId. */
            leaseId: string;

            /** HeldLease epoch. */
            epoch: number;

            /** HeldLease phase. */
            phase: string;

            /**
             * Encodes the specified HeldLease message. Does not implicitly {@link suanlink.v1.HeldLease.verify|verify} messages.
             * @param message HeldLease message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.HeldLease.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeldLease message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.HeldLease & suanlink.v1.HeldLease.$Shape} HeldLease
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.HeldLease & suanlink.v1.HeldLease.$Shape;

            /**
             * Gets the type url for HeldLease
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace HeldLease {

            /** Properties of a HeldLease. */
            interface $Properties {

                /** HeldLease leaseId */
                leaseId?: string;

                /** HeldLease epoch */
                epoch?: number;

                /** HeldLease phase */
                phase?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeldLease. */
            type $Shape = suanlink.v1.HeldLease.$Properties;
        }

        /**
         * Properties of a LogChunk.
         * @deprecated Use suanlink.v1.LogChunk.$Properties instead.
         */
        interface ILogChunk extends suanlink.v1.LogChunk.$Properties {
        }

        /** Represents a LogChunk. */
        class LogChunk {

            /**
             * Constructs a new LogChunk.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.LogChunk.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LogChunk leaseId. */
            leaseId: string;

            /** LogChunk epoch. */
            epoch: number;

            /** LogChunk stderr. */
            stderr: boolean;

            /** LogChunk offset. */
            offset: number;

            /** LogChunk data. */
            data: Uint8Array;

            /** LogChunk unixMs. */
            unixMs: number;

            /** LogChunk droppedBytes. */
            droppedBytes: number;

            /**
             * Encodes the specified LogChunk message. Does not implicitly {@link suanlink.v1.LogChunk.verify|verify} messages.
             * @param message LogChunk message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.LogChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LogChunk message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.LogChunk & suanlink.v1.LogChunk.$Shape} LogChunk
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.LogChunk & suanlink.v1.LogChunk.$Shape;

            /**
             * Gets the type url for LogChunk
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace LogChunk {

            /** Properties of a LogChunk. */
            interface $Properties {

                /** LogChunk leaseId */
                leaseId?: string;

                /** LogChunk epoch */
                epoch?: number;

                /** LogChunk stderr */
                stderr?: boolean;

                /** LogChunk offset */
                offset?: number;

                /** LogChunk data */
                data?: Uint8Array;

                /** LogChunk unixMs */
                unixMs?: number;

                /** LogChunk droppedBytes */
                droppedBytes?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LogChunk. */
            type $Shape = suanlink.v1.LogChunk.$Properties;
        }

        /**
         * Properties of an Envelope.
         * @deprecated Use suanlink.v1.Envelope.$Properties instead.
         */
        interface IEnvelope extends suanlink.v1.Envelope.$Properties {
        }

        /** Represents an Envelope. */
        class Envelope {

            /**
             * Constructs a new Envelope.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Envelope.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Envelope seq. */
            seq: number;

            /** Envelope ack. */
            ack: number;

            /** Envelope challenge. */
            challenge: (suanlink.v1.Challenge|null);

            /** Envelope enrol. */
            enrol: (suanlink.v1.Enrol|null);

            /** Envelope enrolled. */
            enrolled: (suanlink.v1.Enrolled|null);

            /** Envelope hello. */
            hello: (suanlink.v1.Hello|null);

            /** Envelope welcome. */
            welcome: (suanlink.v1.Welcome|null);

            /** Envelope refuse. */
            refuse: (suanlink.v1.Refuse|null);

            /** Envelope heartbeat. */
            heartbeat: (suanlink.v1.Heartbeat|null);

            /** Envelope heartbeatAck. */
            heartbeatAck: (suanlink.v1.HeartbeatAck|null);

            /** Envelope inventory. */
            inventory: (suanlink.v1.Inventory|null);

            /** Envelope offer. */
            offer: (suanlink.v1.Offer|null);

            /** Envelope accept. */
            accept: (suanlink.v1.Accept|null);

            /** Envelope reject. */
            reject: (suanlink.v1.Reject|null);

            /** Envelope commit. */
            commit: (suanlink.v1.Commit|null);

            /** Envelope renew. */
            renew: (suanlink.v1.Renew|null);

            /** Envelope renewed. */
            renewed: (suanlink.v1.Renewed|null);

            /** Envelope stop. */
            stop: (suanlink.v1.Stop|null);

            /** Envelope leaseEvent. */
            leaseEvent: (suanlink.v1.LeaseEvent|null);

            /** Envelope leaseEnd. */
            leaseEnd: (suanlink.v1.LeaseEnd|null);

            /** Envelope usage. */
            usage: (suanlink.v1.Usage|null);

            /** Envelope heldLeases. */
            heldLeases: (suanlink.v1.HeldLeases|null);

            /** Envelope logChunk. */
            logChunk: (suanlink.v1.LogChunk|null);

            /** Envelope body. */
            body?: ("challenge"|"enrol"|"enrolled"|"hello"|"welcome"|"refuse"|"heartbeat"|"heartbeatAck"|"inventory"|"offer"|"accept"|"reject"|"commit"|"renew"|"renewed"|"stop"|"leaseEvent"|"leaseEnd"|"usage"|"heldLeases"|"logChunk");

            /**
             * Encodes the specified Envelope message. Does not implicitly {@link suanlink.v1.Envelope.verify|verify} messages.
             * @param message Envelope message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Envelope.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Envelope message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Envelope & suanlink.v1.Envelope.$Shape} Envelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Envelope & suanlink.v1.Envelope.$Shape;

            /**
             * Gets the type url for Envelope
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Envelope {

            /** Properties of an Envelope. */
            interface $Properties {

                /** Envelope seq */
                seq?: number;

                /** Envelope ack */
                ack?: number;

                /** Envelope challenge */
                challenge?: (suanlink.v1.Challenge.$Properties|null);

                /** Envelope enrol */
                enrol?: (suanlink.v1.Enrol.$Properties|null);

                /** Envelope enrolled */
                enrolled?: (suanlink.v1.Enrolled.$Properties|null);

                /** Envelope hello */
                hello?: (suanlink.v1.Hello.$Properties|null);

                /** Envelope welcome */
                welcome?: (suanlink.v1.Welcome.$Properties|null);

                /** Envelope refuse */
                refuse?: (suanlink.v1.Refuse.$Properties|null);

                /** Envelope heartbeat */
                heartbeat?: (suanlink.v1.Heartbeat.$Properties|null);

                /** Envelope heartbeatAck */
                heartbeatAck?: (suanlink.v1.HeartbeatAck.$Properties|null);

                /** Envelope inventory */
                inventory?: (suanlink.v1.Inventory.$Properties|null);

                /** Envelope offer */
                offer?: (suanlink.v1.Offer.$Properties|null);

                /** Envelope accept */
                accept?: (suanlink.v1.Accept.$Properties|null);

                /** Envelope reject */
                reject?: (suanlink.v1.Reject.$Properties|null);

                /** Envelope commit */
                commit?: (suanlink.v1.Commit.$Properties|null);

                /** Envelope renew */
                renew?: (suanlink.v1.Renew.$Properties|null);

                /** Envelope renewed */
                renewed?: (suanlink.v1.Renewed.$Properties|null);

                /** Envelope stop */
                stop?: (suanlink.v1.Stop.$Properties|null);

                /** Envelope leaseEvent */
                leaseEvent?: (suanlink.v1.LeaseEvent.$Properties|null);

                /** Envelope leaseEnd */
                leaseEnd?: (suanlink.v1.LeaseEnd.$Properties|null);

                /** Envelope usage */
                usage?: (suanlink.v1.Usage.$Properties|null);

                /** Envelope heldLeases */
                heldLeases?: (suanlink.v1.HeldLeases.$Properties|null);

                /** Envelope logChunk */
                logChunk?: (suanlink.v1.LogChunk.$Properties|null);

                /** Envelope body */
                body?: ("challenge"|"enrol"|"enrolled"|"hello"|"welcome"|"refuse"|"heartbeat"|"heartbeatAck"|"inventory"|"offer"|"accept"|"reject"|"commit"|"renew"|"renewed"|"stop"|"leaseEvent"|"leaseEnd"|"usage"|"heldLeases"|"logChunk");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an Envelope. */
            type $Shape = {
              seq?: number;
              ack?: number;
              challenge?: suanlink.v1.Challenge.$Shape|null;
              enrol?: suanlink.v1.Enrol.$Shape|null;
              enrolled?: suanlink.v1.Enrolled.$Shape|null;
              hello?: suanlink.v1.Hello.$Shape|null;
              welcome?: suanlink.v1.Welcome.$Shape|null;
              refuse?: suanlink.v1.Refuse.$Shape|null;
              heartbeat?: suanlink.v1.Heartbeat.$Shape|null;
              heartbeatAck?: suanlink.v1.HeartbeatAck.$Shape|null;
              inventory?: suanlink.v1.Inventory.$Shape|null;
              offer?: suanlink.v1.Offer.$Shape|null;
              accept?: suanlink.v1.Accept.$Shape|null;
              reject?: suanlink.v1.Reject.$Shape|null;
              commit?: suanlink.v1.Commit.$Shape|null;
              renew?: suanlink.v1.Renew.$Shape|null;
              renewed?: suanlink.v1.Renewed.$Shape|null;
              stop?: suanlink.v1.Stop.$Shape|null;
              leaseEvent?: suanlink.v1.LeaseEvent.$Shape|null;
              leaseEnd?: suanlink.v1.LeaseEnd.$Shape|null;
              usage?: suanlink.v1.Usage.$Shape|null;
              heldLeases?: suanlink.v1.HeldLeases.$Shape|null;
              logChunk?: suanlink.v1.LogChunk.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "challenge"; challenge: suanlink.v1.Challenge.$Shape; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "enrol"; challenge?: null; enrol: suanlink.v1.Enrol.$Shape; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "enrolled"; challenge?: null; enrol?: null; enrolled: suanlink.v1.Enrolled.$Shape; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "hello"; challenge?: null; enrol?: null; enrolled?: null; hello: suanlink.v1.Hello.$Shape; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "welcome"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome: suanlink.v1.Welcome.$Shape; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "refuse"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse: suanlink.v1.Refuse.$Shape; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "heartbeat"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat: suanlink.v1.Heartbeat.$Shape; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "heartbeatAck"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck: suanlink.v1.HeartbeatAck.$Shape; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "inventory"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory: suanlink.v1.Inventory.$Shape; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "offer"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer: suanlink.v1.Offer.$Shape; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "accept"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept: suanlink.v1.Accept.$Shape; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "reject"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject: suanlink.v1.Reject.$Shape; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "commit"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit: suanlink.v1.Commit.$Shape; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "renew"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew: suanlink.v1.Renew.$Shape; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "renewed"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed: suanlink.v1.Renewed.$Shape; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "stop"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop: suanlink.v1.Stop.$Shape; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "leaseEvent"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent: suanlink.v1.LeaseEvent.$Shape; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "leaseEnd"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd: suanlink.v1.LeaseEnd.$Shape; usage?: null; heldLeases?: null; logChunk?: null }|{ body?: "usage"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage: suanlink.v1.Usage.$Shape; heldLeases?: null; logChunk?: null }|{ body?: "heldLeases"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases: suanlink.v1.HeldLeases.$Shape; logChunk?: null }|{ body?: "logChunk"; challenge?: null; enrol?: null; enrolled?: null; hello?: null; welcome?: null; refuse?: null; heartbeat?: null; heartbeatAck?: null; inventory?: null; offer?: null; accept?: null; reject?: null; commit?: null; renew?: null; renewed?: null; stop?: null; leaseEvent?: null; leaseEnd?: null; usage?: null; heldLeases?: null; logChunk: suanlink.v1.LogChunk.$Shape })
            );
        }

        /**
         * Properties of a Challenge.
         * @deprecated Use suanlink.v1.Challenge.$Properties instead.
         */
        interface IChallenge extends suanlink.v1.Challenge.$Properties {
        }

        /** Represents a Challenge. */
        class Challenge {

            /**
             * Constructs a new Challenge.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Challenge.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Challenge nonce. */
            nonce: Uint8Array;

            /** Challenge capability. */
            capability: number;

            /** Challenge schedulerId. */
            schedulerId: string;

            /**
             * Encodes the specified Challenge message. Does not implicitly {@link suanlink.v1.Challenge.verify|verify} messages.
             * @param message Challenge message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Challenge.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Challenge message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Challenge & suanlink.v1.Challenge.$Shape} Challenge
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Challenge & suanlink.v1.Challenge.$Shape;

            /**
             * Gets the type url for Challenge
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Challenge {

            /** Properties of a Challenge. */
            interface $Properties {

                /** Challenge nonce */
                nonce?: Uint8Array;

                /** Challenge capability */
                capability?: number;

                /** Challenge schedulerId */
                schedulerId?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Challenge. */
            type $Shape = suanlink.v1.Challenge.$Properties;
        }

        /**
         * Properties of an Enrol.
         * @deprecated Use suanlink.v1.Enrol.$Properties instead.
         */
        interface IEnrol extends suanlink.v1.Enrol.$Properties {
        }

        /** Represents an Enrol. */
        class Enrol {

            /**
             * Constructs a new Enrol.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Enrol.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Enrol tokenId. */
            tokenId: string;

            /** Enrol tokenSecret. */
            tokenSecret: string;

            /** Enrol publicKey. */
            publicKey: Uint8Array;

            /** Enrol signature. */
            signature: Uint8Array;

            /** Enrol nodeName. */
            nodeName: string;

            /** Enrol capability. */
            capability: number;

            /**
             * Encodes the specified Enrol message. Does not implicitly {@link suanlink.v1.Enrol.verify|verify} messages.
             * @param message Enrol message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Enrol.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Enrol message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Enrol & suanlink.v1.Enrol.$Shape} Enrol
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Enrol & suanlink.v1.Enrol.$Shape;

            /**
             * Gets the type url for Enrol
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Enrol {

            /** Properties of an Enrol. */
            interface $Properties {

                /** Enrol tokenId */
                tokenId?: string;

                /** Enrol tokenSecret */
                tokenSecret?: string;

                /** Enrol publicKey */
                publicKey?: Uint8Array;

                /** Enrol signature */
                signature?: Uint8Array;

                /** Enrol nodeName */
                nodeName?: string;

                /** Enrol capability */
                capability?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Enrol. */
            type $Shape = suanlink.v1.Enrol.$Properties;
        }

        /**
         * Properties of an Enrolled.
         * @deprecated Use suanlink.v1.Enrolled.$Properties instead.
         */
        interface IEnrolled extends suanlink.v1.Enrolled.$Properties {
        }

        /** Represents an Enrolled. */
        class Enrolled {

            /**
             * Constructs a new Enrolled.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Enrolled.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Enrolled nodeId. */
            nodeId: string;

            /** Enrolled org. */
            org: string;

            /**
             * Encodes the specified Enrolled message. Does not implicitly {@link suanlink.v1.Enrolled.verify|verify} messages.
             * @param message Enrolled message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Enrolled.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Enrolled message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Enrolled & suanlink.v1.Enrolled.$Shape} Enrolled
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Enrolled & suanlink.v1.Enrolled.$Shape;

            /**
             * Gets the type url for Enrolled
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Enrolled {

            /** Properties of an Enrolled. */
            interface $Properties {

                /** Enrolled nodeId */
                nodeId?: string;

                /** Enrolled org */
                org?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Enrolled. */
            type $Shape = suanlink.v1.Enrolled.$Properties;
        }

        /**
         * Properties of a Hello.
         * @deprecated Use suanlink.v1.Hello.$Properties instead.
         */
        interface IHello extends suanlink.v1.Hello.$Properties {
        }

        /** Represents a Hello. */
        class Hello {

            /**
             * Constructs a new Hello.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Hello.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hello nodeId. */
            nodeId: string;

            /** Hello signature. */
            signature: Uint8Array;

            /** Hello capability. */
            capability: number;

            /** Hello agentVersion. */
            agentVersion: string;

            /** Hello bootId. */
            bootId: string;

            /** Hello nodeName. */
            nodeName: string;

            /**
             * Encodes the specified Hello message. Does not implicitly {@link suanlink.v1.Hello.verify|verify} messages.
             * @param message Hello message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Hello & suanlink.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Hello & suanlink.v1.Hello.$Shape;

            /**
             * Gets the type url for Hello
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Hello {

            /** Properties of a Hello. */
            interface $Properties {

                /** Hello nodeId */
                nodeId?: string;

                /** Hello signature */
                signature?: Uint8Array;

                /** Hello capability */
                capability?: number;

                /** Hello agentVersion */
                agentVersion?: string;

                /** Hello bootId */
                bootId?: string;

                /** Hello nodeName */
                nodeName?: string;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hello. */
            type $Shape = suanlink.v1.Hello.$Properties;
        }

        /**
         * Properties of a Welcome.
         * @deprecated Use suanlink.v1.Welcome.$Properties instead.
         */
        interface IWelcome extends suanlink.v1.Welcome.$Properties {
        }

        /** Represents a Welcome. */
        class Welcome {

            /**
             * Constructs a new Welcome.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Welcome.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Welcome sessionEpoch. */
            sessionEpoch: number;

            /** Welcome capability. */
            capability: number;

            /** Welcome heartbeatMs. */
            heartbeatMs: number;

            /** Welcome receivedSeq. */
            receivedSeq: number;

            /**
             * Encodes the specified Welcome message. Does not implicitly {@link suanlink.v1.Welcome.verify|verify} messages.
             * @param message Welcome message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Welcome message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Welcome & suanlink.v1.Welcome.$Shape} Welcome
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Welcome & suanlink.v1.Welcome.$Shape;

            /**
             * Gets the type url for Welcome
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Welcome {

            /** Properties of a Welcome. */
            interface $Properties {

                /** Welcome sessionEpoch */
                sessionEpoch?: number;

                /** Welcome capability */
                capability?: number;

                /** Welcome heartbeatMs */
                heartbeatMs?: number;

                /** Welcome receivedSeq */
                receivedSeq?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Welcome. */
            type $Shape = suanlink.v1.Welcome.$Properties;
        }

        /**
         * Properties of a Refuse.
         * @deprecated Use suanlink.v1.Refuse.$Properties instead.
         */
        interface IRefuse extends suanlink.v1.Refuse.$Properties {
        }

        /** Represents a Refuse. */
        class Refuse {

            /**
             * Constructs a new Refuse.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Refuse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Refuse code. */
            code: string;

            /** Refuse message. */
            message: string;

            /** Refuse retryAfterMs. */
            retryAfterMs: number;

            /**
             * Encodes the specified Refuse message. Does not implicitly {@link suanlink.v1.Refuse.verify|verify} messages.
             * @param message Refuse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Refuse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Refuse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Refuse & suanlink.v1.Refuse.$Shape} Refuse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Refuse & suanlink.v1.Refuse.$Shape;

            /**
             * Gets the type url for Refuse
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Refuse {

            /** Properties of a Refuse. */
            interface $Properties {

                /** Refuse code */
                code?: string;

                /** Refuse message */
                message?: string;

                /** Refuse retryAfterMs */
                retryAfterMs?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Refuse. */
            type $Shape = suanlink.v1.Refuse.$Properties;
        }

        /**
         * Properties of a Heartbeat.
         * @deprecated Use suanlink.v1.Heartbeat.$Properties instead.
         */
        interface IHeartbeat extends suanlink.v1.Heartbeat.$Properties {
        }

        /** Represents a Heartbeat. */
        class Heartbeat {

            /**
             * Constructs a new Heartbeat.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.Heartbeat.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Heartbeat sample. */
            sample: number;

            /** Heartbeat card. */
            card: number[];

            /** Heartbeat utilizationPct. */
            utilizationPct: number[];

            /** Heartbeat memoryUsedMib. */
            memoryUsedMib: number[];

            /** Heartbeat temperatureC. */
            temperatureC: number[];

            /** Heartbeat powerW. */
            powerW: number[];

            /** Heartbeat hostCpuPct. */
            hostCpuPct: number;

            /** Heartbeat hostMemoryUsedMib. */
            hostMemoryUsedMib: number;

            /**
             * Encodes the specified Heartbeat message. Does not implicitly {@link suanlink.v1.Heartbeat.verify|verify} messages.
             * @param message Heartbeat message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Heartbeat message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.Heartbeat & suanlink.v1.Heartbeat.$Shape} Heartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.Heartbeat & suanlink.v1.Heartbeat.$Shape;

            /**
             * Gets the type url for Heartbeat
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace Heartbeat {

            /** Properties of a Heartbeat. */
            interface $Properties {

                /** Heartbeat sample */
                sample?: number;

                /** Heartbeat card */
                card?: number[];

                /** Heartbeat utilizationPct */
                utilizationPct?: number[];

                /** Heartbeat memoryUsedMib */
                memoryUsedMib?: number[];

                /** Heartbeat temperatureC */
                temperatureC?: number[];

                /** Heartbeat powerW */
                powerW?: number[];

                /** Heartbeat hostCpuPct */
                hostCpuPct?: number;

                /** Heartbeat hostMemoryUsedMib */
                hostMemoryUsedMib?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Heartbeat. */
            type $Shape = suanlink.v1.Heartbeat.$Properties;
        }

        /**
         * Properties of a HeartbeatAck.
         * @deprecated Use suanlink.v1.HeartbeatAck.$Properties instead.
         */
        interface IHeartbeatAck extends suanlink.v1.HeartbeatAck.$Properties {
        }

        /** Represents a HeartbeatAck. */
        class HeartbeatAck {

            /**
             * Constructs a new HeartbeatAck.
             * @param [properties] Properties to set
             */
            constructor(properties?: suanlink.v1.HeartbeatAck.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeartbeatAck sample. */
            sample: number;

            /**
             * Encodes the specified HeartbeatAck message. Does not implicitly {@link suanlink.v1.HeartbeatAck.verify|verify} messages.
             * @param message HeartbeatAck message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: suanlink.v1.HeartbeatAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeartbeatAck message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {suanlink.v1.HeartbeatAck & suanlink.v1.HeartbeatAck.$Shape} HeartbeatAck
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): suanlink.v1.HeartbeatAck & suanlink.v1.HeartbeatAck.$Shape;

            /**
             * Gets the type url for HeartbeatAck
             * @param [prefix] Custom type url prefix, defaults to `"type.googleapis.com"`
             * @returns The type url
             */
            static getTypeUrl(prefix?: string): string;
        }

        namespace HeartbeatAck {

            /** Properties of a HeartbeatAck. */
            interface $Properties {

                /** HeartbeatAck sample */
                sample?: number;

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeartbeatAck. */
            type $Shape = suanlink.v1.HeartbeatAck.$Properties;
        }
    }
}
