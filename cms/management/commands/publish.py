"""Publish what is live and approved: programme versions, the directory, the public site."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.publishing import trouble
from cms.publishing.build import NotPublishable
from cms.publishing.publish import Paused, publish
from workflows.base import day


class Command(BaseCommand):
    help = "Make the public site and the programmes on offer equal to what is live."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            published = publish(at=day.now())
        except Paused:
            self.stdout.write("有人回到了以前的一版，自动发布暂停着；请在“发布记录”里恢复。")
            return
        except NotPublishable as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(trouble.disk_words(error)) from error
        release = published.release
        word = "生成了" if published.made else "没有变化，仍是"
        self.stdout.write(f"{word}第{release.number}次发布的公开网站，共{release.pages}页。")
        for path, reason in release.held.items():
            self.stdout.write(f"  暂用旧文：{path}：{reason}")
