import { agnhost, pauseImage } from './agnhost';
import { mariadb, memcached, mongo, mysql, postgres } from './databases';
import { echoserver, helloApp, httpEcho, nginxHello, podinfo } from './echo';
import { guestbookFollower, guestbookFrontend, guestbookSlave } from './guestbook';
import { hpaExample } from './hpa-example';
import { httpd } from './httpd';
import type { Image } from './image';
import { kuard } from './kuard';
import { nginx } from './nginx';
import { redis } from './redis';
import { sampleApiServer } from './sample-apiserver';
import { systemImages } from './systems';
import { kitten, nautilus } from './update-demo';

/** Every image that is known by name; others run the generic server. */
export const images: readonly Image[] = [
  nginx, httpd, redis, guestbookFrontend, guestbookFollower, guestbookSlave, kuard, agnhost, pauseImage, echoserver, httpEcho, helloApp, podinfo, nginxHello,
  mysql, mariadb, postgres, mongo, memcached, nautilus, kitten, hpaExample, sampleApiServer, ...systemImages,
];
